def program_value_and_grad(x, n):
    """Return the value and the gradient of `program` with respect to x, for x: float, n: int."""
    n_tape = []
    x_tape = []
    total_tape = []
    returned_tape = []
    trips_tape = []
    returned_2 = False
    total = 0.0
    while True:
        n -= 1
        n_tape.append(n)
        if n < 0:
            break
        x = x * 1.3
        returned = False
        trips = 0
        for i in range(5):
            trips += 1
            if not i == n:
                x_tape.append(x)
                total = total + x * i
                total_tape.append(total)
                if total > 60:
                    result = total * x + n
                    returned = True
                    break
                if total > 4 * x:
                    break
                x = x + 0.1 * total
        returned_tape.append(returned)
        trips_tape.append(trips)
        if returned:
            returned_2 = True
            result_2 = result
            break
    if not returned_2:
        result_2 = total - x

    if returned_2:
        result_2_bar = 1.0
        total_bar = 0.0
        x_bar = 0.0
    else:
        result_2_bar = 0.0
        total_bar = 1.0
        x_bar = -1.0
    result_bar = 0.0
    for _ in range(len(n_tape)):
        n = n_tape.pop()
        if not n < 0:
            returned = returned_tape.pop()
            trips = trips_tape.pop()
            if returned:
                # for i in range(5):
                result_bar += result_2_bar
                result_2_bar = 0.0
            for i in reversed(range(trips)):
                if not i == n:
                    x = x_tape.pop()
                    total = total_tape.pop()
                    if total > 60:
                        # return total * x + n
                        total_bar += result_bar * x
                        x_bar += result_bar * total
                        result_bar = 0.0
                    elif not total > 4 * x:
                        # x = x + 0.1 * total
                        total_bar += 0.1 * x_bar
                    # total = total + x * i
                    x_bar += total_bar * i
            # x = x * 1.3
            x_bar = 1.3 * x_bar
    return result_2, x_bar

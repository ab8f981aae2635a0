def program_value_and_grad(x, n):
    """Return the value and the gradient of `program` with respect to x, for x: float, n: int."""
    y_tape = []
    total_tape = []
    returned = False
    y = x
    for i in range(n):
        y_tape.append(y)
        y = y * x + 0.5
        if y > 4:
            total = i + 1
            total_tape.append(total)
            result = y ** 2 * total
            returned = True
            break
        y = y + 0.1
    if not returned:
        result = y

    if returned:
        result_bar = 1.0
        y_bar = 0.0
    else:
        result_bar = 0.0
        y_bar = 1.0
    x_bar = 0.0
    while y_tape:
        y = y_tape.pop()
        # y = y * x + 0.5
        y_1 = y * x + 0.5
        if y_1 > 4:
            total = total_tape.pop()
            # return y**2 * (i + 1)
            y_bar_1 = y_bar + 2.0 * (result_bar * total) * y_1
            result_bar = 0.0
        else:
            y_bar_1 = y_bar
        # y = y * x + 0.5
        y_bar = y_bar_1 * x
        x_bar += y_bar_1 * y
    # for i in range(n):
    x_bar += y_bar
    return result, x_bar

def program_value_and_grad(rows, limit):
    """Return the value and the gradient of `program` with respect to rows.

    rows: list[list[float]], limit: float
    """
    total_tape = []
    test_tape = []
    trips_tape = []
    broke_2 = False
    total = 1.0
    trips = 0
    for row in rows:
        trips += 1
        broke = False
        trips_1 = 0
        for x in row:
            trips_1 += 1
            if x > limit:
                broke = True
                break
            total_tape.append(total)
            total = total * x
        trips_tape.append(trips_1)
        test = not broke
        test_tape.append(test)
        if test:
            total = total + 1.0
        else:
            total = total * 0.5 + x
            if total > 4:
                broke_2 = True
                break
    test = not broke_2
    if test:
        total_1 = total ** 2
    else:
        total_1 = total
    total_bar = rows[0][0]
    value = total_1 * total_bar

    # return total * rows[0][0]
    rows_bar = [([0.0] * len(item)) for item in rows]
    rows_bar[0][0] += total_1
    if test:
        # total = total**2
        total_bar = 2.0 * total_bar * total
    x_bar = 0.0
    for k in reversed(range(trips)):
        test = test_tape.pop()
        trips = trips_tape.pop()
        if not test:
            # total = total * 0.5 + x
            x_bar += total_bar
            total_bar = 0.5 * total_bar
        # for row in rows:
        row = rows[k]
        # for x in row:
        row_bar = rows_bar[k].copy()
        for k_1 in reversed(range(trips)):
            # for x in row:
            x = row[k_1]
            if not x > limit:
                total = total_tape.pop()
                # total = total * x
                total_bar_1 = total_bar * x
                x_bar += total_bar * total
                total_bar = total_bar_1
            # for x in row:
            row_bar[k_1] += x_bar
            x_bar = 0.0
        # for row in rows:
        rows_bar[k] = row_bar
    return value, rows_bar

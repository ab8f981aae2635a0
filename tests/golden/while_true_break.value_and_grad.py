def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float."""
    y_tape = []
    y = x
    while True:
        y_tape.append(y)
        y = y * y + 0.1
        if y > 20:
            break
        y = y * 1.5
    value = y

    y_bar = 1.0
    for _ in range(len(y_tape)):
        y = y_tape.pop()
        # y = y * y + 0.1
        y_1 = y * y + 0.1
        if not y_1 > 20:
            # y = y * 1.5
            y_bar = 1.5 * y_bar
        # y = y * y + 0.1
        y_bar = 2.0 * (y_bar * y)
    return value, y_bar

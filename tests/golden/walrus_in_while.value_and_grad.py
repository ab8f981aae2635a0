def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float."""
    x_tape = []
    total = 0.0
    while True:
        x = x * 0.5
        x_tape.append(x)
        if x > 0.1:
            total += x ** 2
        else:
            break
    value = total + x

    x_bar = 1.0
    for _ in range(len(x_tape)):
        x = x_tape.pop()
        if x > 0.1:
            # total += x**2
            x_bar += 2.0 * x
        # while (x := x * 0.5) > 0.1:
        x_bar = 0.5 * x_bar
    return value, x_bar

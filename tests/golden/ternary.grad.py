def program_grad(x):
    """Return the gradient of `program` with respect to x, for x: float."""
    test = x > 0
    if test:
        y = x ** 2
    else:
        y = -3 * x
    test_1 = y > 4
    if not test_1:
        test_2 = y > 1

    if test_1:
        y_bar = x
        x_bar = y
    else:
        if test_2:
            y_bar = 1.0
        else:
            # return y * x if y > 4 else y if y > 1 else y**3
            y_bar = 3.0 * y ** 2
        x_bar = 0.0
    if test:
        # y = x**2 if x > 0 else -3 * x
        x_bar += 2.0 * y_bar * x
    else:
        # y = x**2 if x > 0 else -3 * x
        x_bar -= 3.0 * y_bar
    return x_bar

import math


def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float."""
    test = x > 2
    if test:
        y = x ** 2
    else:
        test_1 = x > 0
        if test_1:
            y = math.exp(x)
        else:
            test_2 = x > -1
            if test_2:
                y = x
            else:
                y = -3.0
    value = y * x

    if test:
        # y = x**2
        x_bar = y + 2.0 * x * x
    elif test_1:
        # y = math.exp(x)
        x_bar = y + x * y
    elif test_2:
        # elif x > -1:
        x_bar = y + x
    else:
        x_bar = y
    return value, x_bar

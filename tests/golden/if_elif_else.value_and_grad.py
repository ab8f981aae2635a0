import math


def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float."""
    test = x > 2
    if test:
        x_bar = x ** 2
    else:
        test_1 = x > 0
        if test_1:
            x_bar = math.exp(x)
        else:
            test_2 = x > -1
            if test_2:
                x_bar = x
            else:
                x_bar = -3.0
    value = x_bar * x

    if test:
        # y = x**2
        x_bar += 2.0 * x * x
    elif test_1:
        # y = math.exp(x)
        x_bar += x * x_bar
    elif test_2:
        # elif x > -1:
        x_bar += x
    return value, x_bar

import math


def program_value_and_grad(x, n):
    """Return the value and the gradient of `program` with respect to x, for x: float, n: int."""
    test = n > 1
    test_1 = x > 1
    exp = math.exp(x) if test else math.sin(x)
    product = 2 * x if test_1 else math.sqrt(x)
    value = exp * product

    if test_1:
        # return 2 * x
        x_bar = 2.0 * exp
    else:
        # return finish(x) * step(x)
        x_bar = 0.5 * exp / product
    if test:
        # return finish(x) * step(x)
        x_bar += product * exp
    else:
        # return finish(x) * step(x)
        x_bar += product * math.cos(x)
    return value, x_bar

"""Names of the user's own that generated code might choose as well."""
import math


def g(x_bar):
    return x_bar * x_bar


def program(x, x_bar, tape, y_bar=0.3):
    result = x * x_bar
    stack = math.sin(result) * tape
    _x = stack + x
    x_0, x_1, x1 = _x, x * 2, x_bar
    for i_bar in range(2):
        stack = stack * x_1 + i_bar
    grad = g(stack) + x_0 * x1
    return grad * y_bar + result


inputs = [(0.9, 0.4, 1.3)]
wrt = (0, 1, 2)

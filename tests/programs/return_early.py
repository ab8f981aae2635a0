"""Several early returns, of different expressions."""
import math


def program(x):
    if x < 0:
        return -x * 2
    y = math.sqrt(x)
    if y < 1:
        return y
    y = y + x**2
    return math.log(y)


inputs = [(-2.0,), (0.4,), (3.0,)]
wrt = (0,)

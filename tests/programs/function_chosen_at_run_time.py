"""Which function is called depends on a test of the data."""
import math


def double(x):
    return 2 * x


def program(x, n):
    finish = math.exp if n > 1 else math.sin
    if x > 1:
        step = double
    else:
        step = math.sqrt
    return finish(x) * step(x)


inputs = [(0.9, 1), (1.4, 2)]
wrt = (0,)

"""Each iteration overwrites the result of the one before; only the last one counts."""
import math


def program(xs):
    y = 0.0
    for x in xs:
        y = math.exp(x) * x
        unused = y * y
        y = y + 1
    del unused
    return y


inputs = [([0.9, -0.4, 1.3],)]
wrt = (0,)

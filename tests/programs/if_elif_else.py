"""Each branch binds the same name in its own way."""
import math


def program(x):
    if x > 2:
        y = x**2
    elif x > 0:
        y = math.exp(x)
    elif x > -1:
        y = x
    else:
        y = -3.0
    return y * x


inputs = [(3.0,), (1.0,), (-0.5,), (-2.0,)]
wrt = (0,)

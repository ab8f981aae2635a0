"""An assignment expression in a condition, read afterwards."""
import math


def program(x):
    if (y := math.sin(x) * 2) > 1:
        return y * x
    return y + (z := x * y) * z


inputs = [(1.2,), (0.2,)]
wrt = (0,)

"""Values that do not reach the result carry nothing back."""
import math


def program(x, y):
    unused = math.exp(x) * y
    also_unused = unused**2
    del also_unused
    _ = y * y
    return x * x + y


inputs = [(0.8, 1.1)]
wrt = (0, 1)

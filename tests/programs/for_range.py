"""A loop over ``range(n)`` that carries one value."""
import math


def program(x, n):
    y = x
    for i in range(n):
        y = math.sin(y) + i * x
    return y


inputs = [(0.7, 5), (0.7, 1), (0.7, 0)]
wrt = (0,)

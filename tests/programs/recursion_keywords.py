"""A function that calls itself with its arguments in another order, of which one carries a derivative."""
import math


def descend(x, y, n):
    if n == 0:
        return x * math.sin(y)
    return descend(y=x * y, x=y, n=n - 1) * descend(x, y, n - 1)


def program(x, y, n):
    return descend(x, y, n)


inputs = [(0.7, 0.4, 2), (0.7, 0.4, 3)]
wrt = (0,)

"""A view is updated in place, by its name, with another view of the same array."""
import numpy as np


def program(x):
    y = x.copy()
    first, second = y[:2], y[2:]
    second *= first
    first += second
    first, second = second, first
    first -= 1.0
    second[:] = first * second
    return np.sum(y * x)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

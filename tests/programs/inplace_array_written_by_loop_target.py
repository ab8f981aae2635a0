"""The target of a loop is an element of an array."""
import numpy as np


def program(x):
    y = np.zeros(2)
    for y[0] in (x, x * x):
        pass
    return np.sum(y)


inputs = [(1.5,)]
wrt = (0,)

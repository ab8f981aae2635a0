"""Elements of an active array are swapped."""
import numpy as np


def program(x):
    y = x * 2
    y[0], y[1] = y[1], y[0]
    return y[0] * x[0]


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)

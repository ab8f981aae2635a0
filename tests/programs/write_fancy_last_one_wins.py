"""An integer array that names a place twice: the last write wins."""
import numpy as np


def program(x):
    y = x * 2.0
    y[np.array([0, 2, 0])] = x[1:] ** 2
    y[[1, 1]] += x[:2]
    y[np.array([3, -1])] *= x[0]
    return np.sum(y**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

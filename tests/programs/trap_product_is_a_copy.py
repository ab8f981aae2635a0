"""`x * 1.0` is a copy, which is written."""
import numpy as np


def program(x):
    y = x * 1.0
    y[0] = 7 * x[1]
    return np.sum(y * x)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

"""A view of an intermediate array is written."""
import numpy as np


def program(x):
    z = 2 * x
    y = z[1:]
    y[0] = 5 * z[0]
    return np.sum(z * z * x)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

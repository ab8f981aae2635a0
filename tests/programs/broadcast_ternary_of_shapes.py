"""An ``if`` whose branches yield a scalar or a broadcast array."""
import numpy as np


def program(x, v):
    y = x * 2
    if x > 0.5:
        y = y * v
    z = np.sum(y * v)
    return z + np.sum(y)


inputs = [(0.7, np.array([0.9, -0.4])), (0.3, np.array([0.9, -0.4]))]
wrt = (0, 1)

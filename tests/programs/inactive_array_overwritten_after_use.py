"""An inactive array is read by an active expression and overwritten afterwards."""
import numpy as np


def program(v, n):
    weights = np.ones(len(v))
    y = v * weights
    weights[0] = 50.0
    y = y + v**2 * weights
    weights[:] = -7.0
    for i in range(n):
        y = y * weights * 0.1
        weights[i] = i
    weights *= 0.0
    return np.sum(y)


inputs = [(np.array([0.9, -0.4, 1.3]), 2), (np.array([0.9, -0.4, 1.3]), 0)]
wrt = (0,)

"""``y[i] += value`` on an active array."""
import numpy as np


def program(x):
    y = np.cos(x)
    for i in range(2):
        y[i] += x[1 - i]
    return np.sum(y * y)


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)

"""A slice is scaled in place."""
import numpy as np


def program(x):
    x[1:3] *= x[0]
    return np.sum(np.sin(x))


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

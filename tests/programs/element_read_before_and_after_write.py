"""An element is read before and after it is overwritten."""
import numpy as np


def program(x):
    for i in range(3):
        before = x[i]
        x[i] = x[i + 1] * before
        x[i + 1] = before * x[i]
    return np.sum(x * x)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

"""An output array is read after it is partly filled."""
import numpy as np


def program(x):
    y = np.empty(4)
    y[0] = x[0]
    for i in range(1, 4):
        y[i] = np.sin(y[i - 1]) * x[i] + np.sum(y[:i])
    return np.sum(y * y)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

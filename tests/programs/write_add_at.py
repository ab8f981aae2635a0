"""`np.add.at` and `np.subtract.at`, with places that repeat."""
import numpy as np


def program(x):
    y = x[:2] * 1.0
    np.add.at(y, [0, 0, 1], x[:3] ** 2)
    np.subtract.at(y, np.array([1, 1]), x[0])
    h = np.zeros((2, 2))
    np.add.at(h, ([0, 1, 0], [1, 1, 1]), x[1:] * y[0])
    return np.sum(y**2) + np.sum(h**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

"""The rows of a matrix are sorted in place."""
import numpy as np


def program(a):
    a.sort(axis=0)
    a[1].sort()
    return np.sum(a * np.arange(9.0).reshape(3, 3))


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

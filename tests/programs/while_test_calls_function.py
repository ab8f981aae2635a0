"""The test of a loop calls a function of the carried array."""
import numpy as np


def size(v):
    return np.sqrt(np.sum(v**2))


def program(v):
    y = v * 2
    while size(y) < 30:
        y = y * size(y)
    return np.sum(y)


inputs = [(np.array([0.5, -1.2, 0.8]),), (np.array([20.0, -30.0]),)]
wrt = (0,)

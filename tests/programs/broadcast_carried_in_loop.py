"""A carried scalar becomes an array by broadcasting, then a larger one."""
import numpy as np


def program(x, v, m):
    y = x
    for part in (v, m, x):
        y = y * part + 1.0
    return np.sum(y)


inputs = [(0.7, np.array([0.9, -0.4]), np.array([[0.7, 0.2], [-0.5, 0.8]]))]
wrt = (0, 1, 2)

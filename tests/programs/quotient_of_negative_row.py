"""The negative of a row that is divided by a matrix."""
import numpy as np


def program(x, a):
    v = x / (1.0 + a)
    return np.sum(x) - np.sum(np.sum(v, axis=0) * x)


inputs = [(np.array([0.3, 0.4, 0.6]), np.array([[0.7, 0.1, 0.9], [0.2, 0.5, 1.3]]))]
wrt = (0, 1)

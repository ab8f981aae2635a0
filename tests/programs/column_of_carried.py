"""A loop that carries a vector stores it in a column of a matrix."""
import numpy as np


def program(x):
    v = np.array([[0.3, x[1], 0.2], [x[0], x[2], 0.4]])
    q = x[:2] * 0.5
    for _ in range(2):
        v[:, 2] = q
        q += 1.0
    return np.sum(v * v) * x[0]


inputs = [(np.array([0.7, 0.45, 1.3]),)]
wrt = (0,)

"""A product over an array that holds a zero, and over a row of a matrix that does."""
import numpy as np


def program(v, m):
    return np.prod(v) * 2.0 + np.sum(np.prod(m, axis=1) ** 2) + np.prod(m[1])


inputs = [(np.array([0.9, 0.0, 1.3]), np.array([[0.7, 0.0], [-0.5, 0.8]]))]
wrt = (0, 1)

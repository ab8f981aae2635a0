"""A vector with a matrix: along the last axis, and along the first as a column."""
import numpy as np


def program(m, v, w):
    return np.sum((m + v) * v) + np.sum(m / w[:, None]) + np.sum((m - v) ** 2 * w.reshape(-1, 1))


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]), np.array([0.9, -0.4, 1.3]), np.array([0.3, 1.2]))]
wrt = (0, 1, 2)

"""Tuples of index arrays, mixed with slices and integers."""
import numpy as np


def program(m, labels):
    picked = m[np.arange(3), labels]
    columns = m[:, labels]
    corner = m[1:, [0, 0]]
    row = m[2, labels]
    return np.sum(picked**2) + np.sum(columns * columns[0]) + np.sum(corner**3) + row @ picked


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6], [0.3, 0.9, -1.2]]), np.array([2, 0, 2]))]
wrt = (0,)

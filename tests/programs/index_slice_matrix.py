"""Rows, columns and blocks of a matrix."""
import numpy as np


def program(m, n):
    row, column, block = m[1], m[:, 1], m[:n, 1:]
    return np.sum(row[1:] * block) + column @ column + np.sum(m[::-1, ::2] * 2.0) * m[n, 0]


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6], [0.3, 0.9, -1.2]]), 2)]
wrt = (0,)

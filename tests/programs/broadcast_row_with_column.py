"""A column of shape (m, 1) with a row of shape (1, n), and with a vector."""
import numpy as np


def program(column, row, v):
    table = column * row + column**2
    return np.sum(np.sin(table)) + np.sum(column - v) * np.sum(row / (1 + v**2)) + np.sum(table * v)


inputs = [(np.array([[0.7], [-0.5]]), np.array([[0.2, 1.1, 0.6]]), np.array([0.9, -0.4, 1.3]))]
wrt = (0, 1, 2)

"""Columns that a mask names are read and updated."""
import numpy as np


def program(x, y, near):
    z = np.sin(x)
    z[:, near] -= x[:, near] * y[:, near]
    z *= x
    return np.sum(x[:, near] * z[:, near]) + np.sum(z * y)


inputs = [(np.linspace(0.1, 0.9, 6).reshape(2, 3), np.linspace(1.0, 0.3, 6).reshape(2, 3),
           np.array([True, False, True]))]
wrt = (0, 1)

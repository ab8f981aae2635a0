"""Sparse matrix by vector in compressed rows, element by element, into a parameter."""
import numpy as np


def multiply(indptr, columns, values, x, y):
    for i in range(len(y)):
        y[i] = 0.0
        for k in range(indptr[i], indptr[i + 1]):
            y[i] += values[k] * x[columns[k]]


def program(indptr, columns, values, x):
    y = np.empty(3)
    multiply(indptr, columns, values, x, y)
    z = np.empty(3)
    multiply(indptr, columns, values, y, z)
    return np.sum(z**2)


inputs = [([0, 2, 3, 6], [0, 2, 1, 0, 1, 2], np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), np.array([0.5, -1.0, 2.0]))]
wrt = (2, 3)

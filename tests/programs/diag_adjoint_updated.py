"""The adjoint of a vector in np.diag is added to in place: it is no view of the adjoint of the matrix."""
import numpy as np


def program(x, y):
    square = np.diag(x) * y
    flat = np.diagflat(y, 1)
    total = np.sum(square * square) + np.sum(flat * flat)
    for i in range(3):
        total = total + x[i] * x[i] * y[i]
    return total


inputs = [(np.array([0.4, -0.8, 1.3]), np.array([1.1, 0.3, -0.5]))]
wrt = (0, 1)

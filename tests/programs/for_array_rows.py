"""A loop over the rows of a matrix, and one over the elements of each row."""
import numpy as np


def program(m, v):
    total = 0.0
    for row in m:
        v = np.tanh(row * v)
        for element in row:
            total = total + element**2 * v[0]
    return total + np.sum(v)


inputs = [(np.array([[0.5, -1.2], [0.8, 0.3], [1.5, 0.7]]), np.array([0.9, -0.4]))]
wrt = (0, 1)

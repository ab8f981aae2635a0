"""Integer arrays on two axes, and beside a slice."""
import numpy as np


def program(a):
    rows, columns = np.array([0, 1, 2]), np.array([2, 0, 2])
    a[rows, columns] = a[columns, rows] ** 2
    a[[0, 2], 1:] += a[1, 0]
    a[:, [0, 2]] *= 1.5
    return np.sum(a**2)


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

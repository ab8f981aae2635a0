"""One axis of what is stored is broadcast, and the length of the other is known only at run time."""
import numpy as np


def program(x, rows):
    y = np.zeros((4, 3))
    y[rows] = x[: len(rows)]
    y[1:2] *= x[: len(rows)]
    return np.sum(y**2)


inputs = [(np.array([[0.7], [-1.2], [0.4]]), np.array([1]))]
wrt = (0,)

"""A write into a row changes the matrix that it is a view of."""
import numpy as np


def program(m):
    n = m * 2
    row = n[0]
    row[:] = 0.0
    return np.sum(n * m)


inputs = [(np.array([[1.0, 2.0], [3.0, 4.0]]),)]
wrt = (0,)

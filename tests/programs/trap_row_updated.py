"""A row of a matrix is updated through a name of its own."""
import numpy as np


def program(a):
    for i in range(1, 3):
        r = a[i]
        r -= a[i - 1] * r[0]
        r[1] *= r[2]
    return np.sum(a**2)


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

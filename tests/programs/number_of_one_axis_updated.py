"""np.atleast_1d of a number is a new array: what it was taken of stays as it is."""
import numpy as np


def program(x):
    u = x * 1.0
    row = np.atleast_1d(u[0])
    row *= u[1]
    u[0] = row[0] * u[2]
    return np.sum(row * u)


inputs = [(np.array([0.4, -0.8, 1.3]),)]
wrt = (0,)

"""A callee writes an array that the caller reads through a view."""
import numpy as np


def scale(a, by):
    a[1:3] *= by
    a[3] = by


def program(x):
    y = x * 2.0
    v = y[1:]
    scale(y, x[0])
    return np.sum(v * v)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

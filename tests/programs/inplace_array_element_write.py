"""A write into an element of an array that carries derivatives."""
import numpy as np


def program(x):
    y = x * 2
    y[0] = x[1]
    return np.sum(y)


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)

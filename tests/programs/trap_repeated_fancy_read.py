"""Fancy indexing that reads an element twice."""
import numpy as np


def program(x):
    return np.sum(x[np.array([0, 0, 1])] ** 2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

"""A second name for an argument, and an element written through it."""
import numpy as np


def program(x):
    y = x
    y[0] = 5 * x[1]
    return np.sum(x * x)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

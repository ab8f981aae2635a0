"""A write of a constant into a parameter that is differentiated."""
import numpy as np


def program(x):
    y = np.sum(x**2)
    x[0] = 0.0
    return y + np.sum(x)


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)

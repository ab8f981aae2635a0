"""`z = y; y += …` changes both."""
import numpy as np


def program(x):
    y = x * 2.0
    z = y
    y += x**2
    return np.sum(z * y)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

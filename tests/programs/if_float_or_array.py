"""A variable is a float in one branch and an array in the other."""
import numpy as np


def program(x, n):
    if n > 0:
        y = np.linspace(0.0, 1.0, n) * x
    else:
        y = 3.0 * x
    return np.sum(y**2) * x


inputs = [(1.5, 4), (1.5, 0)]
wrt = (0,)

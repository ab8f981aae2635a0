"""Parts that overlap in one assignment."""
import numpy as np


def program(a):
    a[1:] = a[:-1] * a[1:]
    a[:-1] = a[1:] + a[:-1] ** 2
    return np.sum(a**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

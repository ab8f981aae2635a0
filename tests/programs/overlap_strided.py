"""Strided parts that overlap in one update."""
import numpy as np


def program(a):
    a[::2] += a[1::2] * a[::2]
    a[::-1] *= a + 1.0
    a[1:] += a[:-1]
    return np.sum(a**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

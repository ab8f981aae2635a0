"""Slices with every combination of start, stop and step, also negative."""
import numpy as np


def program(v):
    a = v[1:] * v[:-1]
    b = v[::2] + v[::-2]
    c = v[-2:0:-1]
    d = v[10:]
    return np.sum(a[1:3] * b[:2]) + np.sum(c**2) + np.sum(d) + np.sum(v[::-1] * v)


inputs = [(np.array([0.9, -0.4, 1.3, 0.6, -0.8]),)]
wrt = (0,)

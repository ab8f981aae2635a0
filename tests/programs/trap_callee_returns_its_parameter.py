"""A callee returns what it was given, and a view of it."""
import numpy as np


def touch(a):
    a[0] = a[1] ** 2
    return a, a[2:]


def program(x):
    y = x * 1.5
    z, tail = touch(y)
    z[1] *= 2.0
    tail[0] += z[0]
    return np.sum(y**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

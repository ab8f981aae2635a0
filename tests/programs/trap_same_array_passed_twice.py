"""A callee gets one array twice."""
import numpy as np


def mix(a, b):
    a[0] = b[1] * a[2]
    b[1] += a[0]


def program(x):
    y = x * 1.5
    mix(y, y)
    return np.sum(y**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

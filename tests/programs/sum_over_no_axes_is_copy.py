"""A sum over no axes, and what asarray converts, is a new array."""
import numpy as np


def program(x):
    u = x * 1.0
    copied = np.sum(u, axis=())
    converted = np.atleast_1d(u[0])
    u[0] *= x[1]
    copied += u
    converted *= 3.0
    return np.sum(copied * u) + np.sum(converted * copied)


inputs = [(np.array([0.4, -0.8, 1.3]),)]
wrt = (0,)

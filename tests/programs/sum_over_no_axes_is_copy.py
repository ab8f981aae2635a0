"""A sum, or a maximum, over no axes is a new array."""
import numpy as np


def program(x):
    u = x * 1.0
    copied = np.sum(u, axis=())
    u[0] *= x[1]
    copied += u + np.max(u * u, axis=())
    return np.sum(copied * u)


inputs = [(np.array([0.4, -0.8, 1.3]),)]
wrt = (0,)

"""Columns taken by an array lie in memory in another order: an adjoint that begins with them is raveled."""
import numpy as np


def program(x):
    m = np.outer(np.array([1.0, 0.6]), x)
    for row in m:
        row *= x
    v = m[:, np.array([2, 0, 1])]
    u = m.ravel()[::2]
    return np.sum(m * v) + np.sum(np.sin(u) * u)


inputs = [(np.array([0.7, 0.45, 1.3]),)]
wrt = (0,)

"""A subscript whose index is chosen by a test of active values."""
import numpy as np


def program(v, x):
    y = v[0 if x > 1 else -1] * x
    return y + v[int(y > 0) + 1] ** 2


inputs = [(np.array([0.9, -0.4, 1.3]), 1.5), (np.array([0.9, -0.4, -1.3]), 0.5)]
wrt = (0, 1)

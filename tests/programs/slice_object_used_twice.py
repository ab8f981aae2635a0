"""A slice object has a name, a part that is computed, and several uses."""

import numpy as np


def program(x, k):
    part = slice(k + 1, None)
    rest = slice(None, k + 1)
    y = x[part] * x[part]
    return np.sum(y) * np.sum(np.sin(x[rest])) + x[rest][0]


inputs = [(np.array([0.5, 1.2, -1.9, 0.1]), 1)]
wrt = (0,)

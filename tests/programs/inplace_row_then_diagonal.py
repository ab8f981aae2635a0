"""Rows of a view are updated in place, and its diagonal is read."""

import numpy as np


def program(x):
    v = x[None]
    for row in v:
        row *= row
    return np.sum(np.diagonal(v).copy()) + np.sum(x)


inputs = [(np.array([0.5, 1.1, 0.7]),)]
wrt = (0,)

"""Comparisons used as numbers select by multiplication."""
import numpy as np


def program(x, v):
    return x * (x > 1) + np.sum((v > 0) * v**2) + (v[0] > v[1]) * x**2 + True * x


inputs = [(0.9, np.array([0.7, -0.4])), (1.9, np.array([-0.7, 0.4]))]
wrt = (0, 1)

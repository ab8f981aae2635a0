"""Functions through which nothing flows: ``floor``, ``sign``, comparisons, ``isnan``, ``shape``."""
import numpy as np


def program(v):
    steps = np.floor(v) + np.sign(v) + np.round(v)
    mask = (v > 0) & ~np.isnan(v) | (np.abs(v) > 1)
    if np.any(mask) and not np.all(v > 5):
        v = v * steps
    return np.sum(v * mask) * np.shape(v)[0] + np.count_nonzero(mask) * v[0]


inputs = [(np.array([0.9, -1.4, 2.3]),)]
wrt = (0,)

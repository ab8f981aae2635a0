"""A loop over `enumerate(a)` writes `a`."""
import numpy as np


def program(a):
    for i, e in enumerate(a):
        if i + 1 < len(a):
            a[i + 1] += 0.5 * e * e
    return np.sum(a**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

"""A loop over an array writes it, ahead and behind."""
import numpy as np


def program(a):
    k = 0
    for e in a:
        a[-1] *= e
        a[k] = np.sin(e)
        k += 1
    return np.sum(a**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

"""Powers of zero have finite derivatives where the exponent allows it."""
import numpy as np


def program(x, v):
    return x**2 + x**1 + x**0 + x**3.0 + np.sum(v**2 + v**1 + v**0) + np.sum(v ** np.array([2.0, 1.0]))


inputs = [(0.0, np.array([0.0, -1.2])), (0.7, np.array([0.4, 0.0]))]
wrt = (0, 1)

"""A return within ``with``, under a test."""
import numpy as np


def program(x):
    with np.errstate(all="raise"):
        y = np.exp(x)
        if y > 2:
            return y * x
        y = y**2
    return y


inputs = [(0.9,), (0.2,)]
wrt = (0,)

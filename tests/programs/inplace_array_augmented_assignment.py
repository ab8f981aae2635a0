"""``+=`` on an array updates it in place, and the parameter is the caller's array."""
import numpy as np


def program(x):
    y = np.sin(x)
    y += x
    return np.sum(y)


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)

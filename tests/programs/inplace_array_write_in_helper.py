"""A helper writes into the active array that it is passed."""
import numpy as np


def zero_first(a):
    a[0] = 0.0
    return a


def program(x):
    y = zero_first(x * 2)
    return np.sum(y)


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)

"""A branch stores a value as all of an array: where it was not taken, the array does not hold that value."""
import numpy as np


def program(x, n):
    b = np.cos(x)
    if n > 1:
        b[:] = x
    return np.sum(b * b)


inputs = [(np.array([0.7, -0.4, 1.1]), 2), (np.array([0.7, -0.4, 1.1]), 0)]
wrt = (0,)

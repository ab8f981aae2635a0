"""All of an array, with broadcasting."""
import numpy as np


def program(a):
    b = np.empty_like(a)
    b[:] = a[0]
    b[...] += a[:, :1]
    b[:] = 0.5 * b
    b *= a
    return np.sum(b**2)


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

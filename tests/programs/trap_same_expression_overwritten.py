"""The adjoint of `x ** 2` is `2.0 * x`, which an array held until one of its elements was written."""
import numpy as np


def program(x):
    y = 2.0 * x
    y[0] = 5.0
    return np.sum(x**2) + np.sum(y * y)


inputs = [(np.array([1.0, 2.0, 3.0]),)]
wrt = (0,)

"""A selection that does not take an infinite value keeps its adjoint zero."""
import numpy as np


def program(v):
    with np.errstate(divide="ignore"):
        inverse = np.where(np.abs(v) > 0.5, 1.0 / v, v)
    return np.sum(inverse**2) + np.sum(np.where(v > 5.0, inverse, 2.0 * v))


inputs = [(np.array([2.0, 0.0, -1.3]),)]
wrt = (0,)

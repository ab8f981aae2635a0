"""A slice of `flat` is a copy, and what is assigned to one is written to the array."""
import numpy as np


def program(x):
    u = x * 1.0
    part = u.flat[1:4]
    u[0] *= 2.0
    part += u.flat[0]
    u.flat[2:] = part[0] * u.flat[1]
    return np.sum(u * u) + np.sum(part * part * part)


inputs = [(np.array([[0.4, -0.8], [0.6, 1.2]]),)]
wrt = (0,)

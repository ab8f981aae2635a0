"""Slices that meet what they are slices of: of two elements one is left, which broadcasts."""
import numpy as np


def program(x, y):
    a = x[1:] * x
    b = x[1:] * y
    return np.sum(a[1:] * b[1:] * y[1:]) + np.sum(np.sin(x[:-1]) + y)


inputs = [(np.array([0.3, 0.7]), np.array([0.4, -0.9]))]
wrt = (0, 1)

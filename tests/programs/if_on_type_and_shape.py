"""Tests on the kind and the shape of a value, known when the function is called."""
import numpy as np


def squared_size(x):
    if isinstance(x, float):
        return x**2
    if x.ndim == 1 and len(x) > 2:
        return np.sum(x**2)
    return np.sum(np.abs(x))


def program(x, y, z):
    return squared_size(x) * squared_size(y) + squared_size(z)


inputs = [(1.3, np.array([0.5, -0.2, 1.0]), np.array([[0.5, -0.2]]))]
wrt = (0, 1, 2)

"""The same value is passed for several parameters, to helpers and to library functions."""
import numpy as np


def blend(a, b, c):
    return a * b - c * a


def program(x, v, m):
    y = blend(x, x, x * 2) + blend(x, 2.0, x)
    return y + v @ v + np.sum(np.outer(v, v) * m) + np.sum(m @ m) + np.sum(np.where(v > 0, v, v * v))


inputs = [(0.9, np.array([0.7, -0.4]), np.array([[0.7, 0.2], [-0.5, 0.8]]))]
wrt = (0, 1, 2)

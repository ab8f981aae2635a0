"""Gradients that are equal are computed once, and then copied: each is an array of its own."""
import numpy as np


def program(x, y, w, m, p):
    return np.sum(x * w + y * w), x + y, m + p, m.T + p.T


inputs = [(
    np.array([0.9, -0.4]), np.array([1.3, 0.2]), np.array([0.3, 0.6]),
    np.array([[0.5, 1.1], [0.7, -0.2]]), np.array([[0.8, -0.6], [0.1, 0.4]]),
)]
wrt = (0, 1, 2, 3, 4)

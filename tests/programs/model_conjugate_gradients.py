"""Conjugate gradients for a linear system, until the residual is small."""
import numpy as np


def program(a, b):
    x = np.zeros(len(b))
    r = b - a @ x
    p = r
    size = r @ r
    while size > 1e-20:
        ap = a @ p
        step = size / (p @ ap)
        x = x + step * p
        r = r - step * ap
        size, before = r @ r, size
        p = r + size / before * p
    return np.sum(x**3)


inputs = [(np.array([[2.0, 0.3, 0.1], [0.3, 1.0, -0.2], [0.1, -0.2, 1.5]]), np.array([0.9, -0.4, 1.3]))]
wrt = (1,)

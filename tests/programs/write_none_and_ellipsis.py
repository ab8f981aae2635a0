"""Indices with None, an ellipsis and negative steps."""
import numpy as np


def program(a):
    a[..., 1] = a[..., 0] ** 2
    a[None, 0, ::-1] += a[1]
    a[-1, ...] *= 2.0
    a[::-2, 1:] -= a[:2, :2]
    return np.sum(np.sin(a))


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

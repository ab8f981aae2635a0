"""Survival by rows, where what is multiplied may be zero."""
import numpy as np


def program(h, w):
    survival = np.cumprod(1.0 - h, axis=1)
    return np.sum(survival * w) + np.sum(np.cumprod(w, axis=0)[-1] * survival[0])


_w = np.array([[0.5, -1.1, 0.7], [1.3, 0.2, -0.6]])
inputs = [
    (np.array([[0.1, 0.4, 0.3], [0.7, 0.2, 0.6]]), _w),
    (np.array([[0.1, 1.0, 0.3], [1.0, 0.2, 1.0]]), _w),
]
wrt = (0, 1)

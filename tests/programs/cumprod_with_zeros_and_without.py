"""Survival as a cumulative product of what may be zero."""
import numpy as np


def program(h, w):
    survival = np.cumprod(1.0 - h)
    return np.sum(survival * w) + survival[-2] * np.sum(w * np.cumprod(h))


_w = np.array([0.5, -1.1, 0.7, 1.3])
inputs = [
    (np.array([0.1, 0.4, 0.3, 0.7]), _w),
    (np.array([0.1, 1.0, 0.3, 1.0]), _w),
    (np.array([0.0, 0.4, 0.3, 0.7]), _w),
]
wrt = (0, 1)

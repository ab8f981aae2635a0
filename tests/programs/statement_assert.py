"""Assertions about active and inactive values, with messages."""
import numpy as np


def program(x, v):
    assert x > 0
    y = np.sum(v) * x
    assert y < 100, f"too large: {y}"
    assert v.shape == (2,) and np.all(np.isfinite(v)), "bad shape"
    return y**2


inputs = [(0.7, np.array([0.9, -0.4]))]
wrt = (0, 1)

"""Selections among single and double precision: a gradient is in the precision of its argument."""
import numpy as np


def program(x, y, w, v):
    low = x > y
    total = np.sum(np.where(low, w, y)) - np.sum(np.where(low, x * w, w * y))
    return total + np.mean(np.where(v > 0.5, v, 0.0))


inputs = [
    (np.array([0.3, 1.2, 0.4]), np.array([0.5, 0.9, 0.6]), np.array([0.4, 0.7, 1.1], dtype=np.float32),
     np.array([0.9, 0.7, 0.2], dtype=np.float32)),
]
wrt = (0, 1, 3)

"""Broadcasting within ``maximum``, ``where``, ``arctan2``, ``hypot`` and ``clip``."""
import numpy as np


def program(m, v, x):
    a = np.maximum(m, v) + np.minimum(m, x)
    b = np.where(m > 0, v, x)
    c = np.arctan2(m, x) * np.hypot(v, x)
    return np.sum(a * b * c) + np.sum(np.where(v > 0, x, m))


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]), np.array([0.9, -0.4, 1.3]), 0.35)]
wrt = (0, 1, 2)

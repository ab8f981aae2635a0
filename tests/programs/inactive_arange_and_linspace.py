"""Arrays made from sizes: ``arange``, ``linspace``, ``ones_like``, ``eye``, ``full``."""
import numpy as np


def program(v, n):
    grid = np.arange(n) * 0.5
    basis = np.eye(n) + np.full((n, n), 0.1)
    ones = np.ones_like(v) + np.zeros_like(v) + np.zeros(v.shape)
    return np.sum(v * grid) + v @ basis @ v + ones @ v + np.sum(np.linspace(0.0, 1.0, n) * v)


inputs = [(np.array([0.9, -0.4, 1.3]), 3)]
wrt = (0,)

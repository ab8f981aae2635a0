"""Positions found by ``argmax``, ``argsort`` and ``searchsorted`` carry no derivative."""
import numpy as np


def program(v, m):
    best = v[np.argmax(v)]
    order = np.argsort(v)
    place = np.searchsorted(np.array([0.0, 1.0, 2.0]), v[0])
    return best**2 + np.sum(v[order] * np.arange(3)) + m[place, int(np.argmin(m[0]))] * v[order[0]]


inputs = [(np.array([0.9, -0.4, 1.3]), np.array([[0.7, 0.2], [-0.5, 0.8]]))]
wrt = (0, 1)

"""Slices and index tuples kept under names, and ``np.ix_``."""
import numpy as np


def program(v, m):
    inner = slice(1, None)
    corner = (0, slice(None, 2))
    block = m[np.ix_([0, 1], [2, 0])]
    return np.sum(v[inner] ** 2) + np.sum(m[corner] * v[:2]) + np.sum(block**2) + m[(1, -1)]


inputs = [(np.array([0.9, -0.4, 1.3]), np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]))]
wrt = (0, 1)

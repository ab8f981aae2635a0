"""``T``, ``shape``, ``size``, ``ndim``, ``dtype`` and ``len`` of arrays."""
import numpy as np


def program(m, v):
    rows, columns = m.shape
    scale = m.size / (rows + m.ndim)
    zeros = np.zeros(len(v), dtype=v.dtype)
    return np.sum((m.T @ v) ** 2) * scale + columns * np.sum(v + zeros) + np.sum(m.T.T[0])


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]), np.array([0.9, -0.4]))]
wrt = (0, 1)

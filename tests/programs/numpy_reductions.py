"""``sum``, ``mean``, ``prod``, ``max``, ``min``, ``var`` and ``std`` over axes, with ``keepdims``."""
import numpy as np


def program(m):
    a = np.sum(m, axis=0) * np.mean(m, 0) + np.max(m, axis=0) - np.min(m, axis=0, keepdims=True)
    b = np.prod(m, axis=1) * np.sum(m, axis=-1) + np.var(m, axis=1) * np.std(m, axis=1)
    c = np.sum(m, axis=(0, 1)) * np.mean(m) + np.sum(m - np.mean(m, axis=1, keepdims=True) * m)
    return np.sum(a**2) + np.sum(b) * c + np.max(m) * np.prod(m[0])


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]),)]
wrt = (0,)

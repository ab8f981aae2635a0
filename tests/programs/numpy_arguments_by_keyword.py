"""Library functions called with keywords, positional axes, and axes that are negative or tuples."""
import numpy as np


def program(m):
    a = np.sum(a=m, axis=0) * np.sum(m, 0, keepdims=True)
    b = np.mean(m, axis=-1) + np.max(m, axis=(0, 1))
    c = np.clip(m, a_min=0.0, a_max=1.0) + np.transpose(a=m, axes=(1, 0))[:1, :1]
    return np.sum(a) + np.sum(b**2) + np.sum(c * m) + np.sum(a=np.expand_dims(m, axis=0) ** 2)


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]),)]
wrt = (0,)

"""Functions along an axis of an array of no dimensions, which NumPy takes for a vector or leaves as it is."""
import numpy as np


def program(x, n):
    a = np.array(x * x)
    b = np.cumsum(a, axis=0) * np.cumprod(a, axis=0) + np.repeat(a, 2, axis=n - 2)
    b = b * np.take(a, [0, -1], axis=0) + np.ascontiguousarray(a) * np.repeat(x, 2, axis=n - 2)
    return np.sum(b * b) + np.sum(a, axis=0) * np.prod(a, axis=0) * np.max(a, axis=-1) * np.squeeze(a, axis=0)


inputs = [(0.7, 2)]
wrt = (0,)

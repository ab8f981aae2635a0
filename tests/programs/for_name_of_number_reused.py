"""A loop over the elements of an array that binds `k` itself, and the transpose of an outer product as an adjoint."""
import numpy as np


def program(x, y, q, w):
    out = 0.0
    for t in q:
        k = np.searchsorted(x, t) - 1
        s = (t - x[k]) / (x[k + 1] - x[k])
        out += (1 - s) * y[k] + s * y[k + 1] ** 2
    m = np.outer(y, w)
    for _ in range(2):
        w = m.T @ (m @ w)
    return out + np.sum(w)


inputs = [(np.array([0.0, 0.4, 0.7, 1.0]), np.array([0.9, -0.4, 0.3, 0.2]), np.array([0.3, 0.5, 0.8]),
           np.array([0.5, -0.7]))]
wrt = (1, 2, 3)

"""Durbin's recursion for a Toeplitz system: a reversed slice updates the array that it reads."""
import numpy as np


def program(r):
    y = np.empty_like(r)
    alpha = -r[0]
    beta = 1.0
    y[0] = -r[0]
    for k in range(1, r.shape[0]):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return np.sum(y * y)


inputs = [(np.array([0.4, -0.2, 0.3, 0.1, 0.25]),)]
wrt = (0,)

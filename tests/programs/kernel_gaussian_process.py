"""The likelihood of a Gaussian process, of more points than are inverted at once."""
import numpy as np


def program(length, scale, noise, y):
    n = y.shape[0]
    x = np.linspace(0.0, 3.0, n)
    d = (x[:, None] - x) / length
    k = scale**2 * np.exp(-0.5 * d**2) + noise**2 * np.eye(n)
    factor = np.linalg.cholesky(k)
    half = np.linalg.solve(factor, y)
    return -0.5 * np.sum(half**2) - np.sum(np.log(np.diag(factor)))


inputs = [(0.7, 1.2, 0.5, np.sin(np.arange(150.0)))]
wrt = (0, 1, 2, 3)

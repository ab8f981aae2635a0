"""Weights scattered into bins, linearly between two neighbours."""
import numpy as np


def program(x, w):
    bins = np.zeros(6)
    for i in range(len(x)):
        k = int(x[i])
        t = x[i] - k
        bins[k] += w[i] * (1.0 - t)
        bins[k + 1] += w[i] * t
    total = np.sum(bins)
    bins /= total
    return np.sum(bins**2)


inputs = [(np.array([0.2, 3.7, 1.5, 1.9, 4.4]), np.array([1.0, 2.0, 0.5, 1.5, 0.7]))]
wrt = (0, 1)

"""Finite differences in the time domain: three fields updated by slices in turn, a source on a line."""
import numpy as np


def program(ex, ey, hz, source):
    ex, ey, hz = ex.copy(), ey.copy(), hz.copy()
    for t in range(len(source)):
        ey[0, :] = source[t]
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return np.sum(ex**2) + np.sum(ey**2) + np.sum(hz**3)


inputs = [(np.linspace(0.0, 1.0, 12).reshape(3, 4), np.linspace(1.0, 0.5, 12).reshape(3, 4),
           np.linspace(-1.0, 0.2, 12).reshape(3, 4), np.array([0.5, 0.25, 1.5]))]
wrt = (0, 1, 2, 3)

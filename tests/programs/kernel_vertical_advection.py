"""A tridiagonal solve along the last axis for all columns at once, coefficients kept in work arrays."""
import numpy as np


def program(u, w, dt):
    columns, depth = u.shape
    c = np.empty((columns, depth))
    d = np.empty((columns, depth))
    for k in range(depth):
        g = 0.25 * (w[:, k + 1] + w[:, k])
        if k == 0:
            bcol = 1.0 / dt - g
            c[:, k] = g / bcol
            d[:, k] = (u[:, k] / dt - g * (u[:, k + 1] - u[:, k])) / bcol
        else:
            bcol = 1.0 / dt + g - c[:, k - 1] * g
            c[:, k] = g / bcol
            d[:, k] = (u[:, k] / dt + g * d[:, k - 1]) / bcol
    result = np.empty((columns, depth))
    last = None
    for k in range(depth - 1, -1, -1):
        if k == depth - 1:
            last = d[:, k].copy()
        else:
            last = d[:, k] - c[:, k] * last
        result[:, k] = last
    return np.sum(result**2)


inputs = [(np.linspace(0.2, 1.8, 8).reshape(2, 4), np.linspace(0.5, 1.0, 10).reshape(2, 5), 0.3)]
wrt = (0, 1, 2)

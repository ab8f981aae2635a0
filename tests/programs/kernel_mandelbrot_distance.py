"""Iteration on arrays under masks that shrink, magnitudes written where points escape."""
import numpy as np


def program(x, y):
    zx, zy = np.zeros_like(x), np.zeros_like(y)
    distance = np.zeros_like(x)
    alive = np.ones(x.shape, dtype=bool)
    for n in range(6):
        r2 = zx**2 + zy**2
        escaped = alive & (r2 > 4.0)
        distance[escaped] = np.log(r2[escaped]) / 2.0**n
        alive &= ~escaped
        nx = zx[alive] ** 2 - zy[alive] ** 2 + x[alive]
        zy[alive] = 2.0 * zx[alive] * zy[alive] + y[alive]
        zx[alive] = nx
    return np.sum(distance) + np.sum(zx * zy)


inputs = [(np.array([0.5, 1.2, -1.9, 0.1]), np.array([0.9, 1.1, 0.3, 0.2]))]
wrt = (0, 1)

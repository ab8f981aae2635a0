"""The last values of arrays that a loop updates are read by the adjoint, and are the adjoint of each other."""

import numpy as np


def program(x, y):
    zx, zy = np.zeros_like(x), np.zeros_like(y)
    alive = np.ones(x.shape, dtype=bool)
    for n in range(3):
        alive &= zx**2 + zy**2 < 4.0
        nx = zx[alive] ** 2 - zy[alive] ** 2 + x[alive]
        zy[alive] = 2 * zx[alive] * zy[alive] + y[alive]
        zx[alive] = nx
    return np.sum(zx * zy)


inputs = [(np.array([0.5, 1.2, -1.9, 0.1]), np.array([0.9, 1.1, 0.3, 0.2]))]
wrt = (0, 1)

"""A matrix in time steps whose lengths are those of an array that is made as large as itself."""
import numpy as np


def program(v, c, n):
    u = np.outer(v, v)
    for _ in range(n):
        f = np.zeros(u.shape)
        f[1:, :] = u[1:, :] * u[:-1, :]
        f[0, :] = u[0, :] * c
        u = u - 0.05 * f * f
    return np.sum(u * u)


inputs = [(np.array([0.9, -0.4, 1.3]), 0.3, 2), (np.array([0.5, 0.7]), 0.2, 0)]
wrt = (0, 1)

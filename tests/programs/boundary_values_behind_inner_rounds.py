"""Inner rounds that read all of a state, behind which the outer ones update a part of it and its first element."""
import numpy as np


def program(u, c, n):
    u = u.copy()
    for _ in range(n):
        for _ in range(2):
            f = np.zeros(len(u))
            f[1:] = u[1:] * u[:-1]
            f[0] = c * u[0]
            u[1:] -= 0.1 * f[1:] * f[:-1]
        u[1:-1] *= np.cos(u[1:-1])
        u[0] = c * u[0] + 0.5
    return np.sum(u**2)


inputs = [(np.array([0.9, -0.4, 1.3, 0.2, 0.7]), 0.3, 3), (np.array([0.5, 1.1, 0.8]), 0.2, 1)]
wrt = (0, 1)

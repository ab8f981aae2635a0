"""Fluxes built by stores of a state that is updated in place: in part, twice a round, and as a whole."""
import numpy as np


def program(u, c, n):
    u = u.copy()
    for _ in range(n):
        f = np.zeros(len(u))
        a = u[1:-1] - u[:-2]
        b = u[2:] - u[1:-1]
        p = a * b
        slope = np.where(p > 0.0, 2.0 * p / np.where(p > 0.0, a + b, 1.0), 0.0)
        f[1:-1] = u[1:-1] + 0.5 * (1.0 - c) * slope
        f[0] = u[0]
        f[-1] = u[-1]
        u[1:] -= c * (f[1:] - f[:-1])
        u[0] += 0.1 * u[1]
    w = u.copy()
    for _ in range(n):
        g = np.empty_like(w)
        g[1:-1] = w[2:] * w[:-2]
        g[0] = w[1] - w[0]
        g[-1] = c
        w += 0.1 * g * g
    return np.sum(u**2) + np.sum(w**2)


inputs = [(np.array([0.1, 0.4, 1.0, 1.1, 0.3]), 0.3, 3), (np.array([2.0, 2.5, 3.1, 2.9]), 0.3, 2)]
wrt = (0, 1)

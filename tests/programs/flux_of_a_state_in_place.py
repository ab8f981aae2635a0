"""Fluxes built by stores of a state that is updated in place: in part, twice a round, and as a whole."""
import numpy as np


def program(u, c, n):
    u = u.copy()
    for _ in range(n):
        steep = (u[2:] - u[1:-1]) * (u[1:-1] - u[:-2])
        flux = np.zeros_like(u)
        flux[0] = u[0]
        flux[-1] = u[-1]
        flux[1:-1] = u[1:-1] + np.where(steep > 0.0, steep / (1.0 + steep), c * steep)
        u[1:] -= c * (flux[1:] - flux[:-1])
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

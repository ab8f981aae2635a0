"""Fluxes that each round builds by stores, of the state that it begins with and of each other, and what reads them."""
import numpy as np


def program(u, c, n):
    for _ in range(n):
        f = np.zeros(len(u))
        g = np.zeros(len(u))
        f[1:] = u[1:] * u[:-1]
        f[0] = u[-1]
        g[:-1] = u[1:] * u[:-1]
        g[-1] = c
        u = u - c * f * g
        for _ in range(2):
            h = np.zeros(len(u))
            h[1:-1] = f[1:-1] * f[2:] * u[:-2]
            h[:1] = c
            u = u - 0.1 * h * h * f
    return np.sum(u**2)


inputs = [(np.array([0.9, -0.4, 1.3, 0.2, 0.7]), 0.3, 3), (np.array([0.5, 1.1, 0.8]), 0.2, 1)]
wrt = (0, 1)

"""A power is dear to take again, and what else is kept comes cheaply of it: the power is what is kept."""
import numpy as np


def program(u, k, m, steps):
    u = u.copy()
    for _ in range(steps):
        p = u**m
        flux = k * (p[1:] - p[:-1])
        u[1:-1] += 0.1 * (flux[1:] - flux[:-1])
        u[0] = u[1]
    return np.sum(u**2)


inputs = [(np.array([0.7, 1.2, 0.4, 0.9, 0.3]), np.array([0.6, 0.8, 0.7, 1.1]), 1.6, steps) for steps in (0, 1, 3)]
wrt = (0, 1, 2)

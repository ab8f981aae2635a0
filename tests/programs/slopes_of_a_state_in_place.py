"""A scheme with limited slopes updates its state in place, a part of it and then all of it, in rounds of rounds."""
import numpy as np


def slope(a, b):
    return np.where(a * b > 0.0, np.where(np.abs(a) < np.abs(b), a, b), 0.0)


def flux(u):
    d = u[1:] - u[:-1]
    face = u[1:-1] + 0.5 * slope(d[:-1], d[1:])
    return 0.5 * face * face


def program(u0, c, a, n):
    u = u0.copy()
    v = u0 * 0.9
    for _ in range(n):
        f = flux(u)
        u[2:-1] -= c * (f[1:] - f[:-1])
        for _ in range(2):
            f = flux(v)
            v[2:-1] -= c * (f[1:] - f[:-1]) * v[2:-1]
        for _ in range(2):
            v[:] = v + a * v * (1.0 - v)
    return np.sum(u * u) + np.sum(v**3)


u0 = np.array([0.3, 0.9, 1.4, 1.1, 0.75, 0.95, 0.2, 0.6])
inputs = [(u0, 0.2, 0.05, 3), (u0, 0.2, 0.05, 0)]
wrt = (0, 1, 2)

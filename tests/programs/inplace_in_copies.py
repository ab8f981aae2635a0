"""Copies that are written in part, from what they are copies of: places that are given on as they are, and overlap."""
import numpy as np


def program(x, w):
    b = x.copy()
    b[1:] = x[1:]
    u = x * w
    for k in range(3):
        new = u.copy()
        new[1:-1] = u[1:-1] - 0.1 * (u[2:] ** 2 - u[:-2])
        new[0] = u[0] * u[1]
        new[-1] = u[-2]
        u[:] = new
    total = 0.0
    for k in range(2):
        c = u.copy()
        c[0:2] = u[0:2] * 2.0 + u[1:3]
        c[0] = u[1]
        c[1:] = u[1:]
        c[2:4] = u[1:3] + u[2:4]
        total += np.sum(c**2)
        u = c
    d = u.copy()
    d[1:3] = u[1:3]
    d[1] = 0.5
    d[2:] = u[2:]
    d[2] = 2.0
    e = np.zeros_like(d)
    for k in range(1, len(x)):
        f = d.copy()
        f[k] = d[k] + d[k - 1]
        f[k - 1] = d[k - 1]
        f[0] = d[0] * x[k]
        e += f * f
        d = f
    return total + np.sum(b * w) + np.sum(d**3) + np.sum(e)


inputs = [(np.array([0.3, 0.5, 0.7, -0.4, 0.6]), np.array([1.3, -0.6, 0.9, 1.1, 0.2]))]
wrt = (0, 1)

"""A sum over a loop, and then elements of arrays that the reverse sweep reads as well."""
import numpy as np


def program(x, w, n):
    total = 0.0
    for k in range(n):
        total += np.sum(x * k)
    v = w * 2.0
    u = np.cos(v)
    return total + v[1] + u[2] * np.sum(v * v)


inputs = [(np.array([0.3, 0.7, 1.1]), np.array([0.5, 0.2, -0.6]), 3), (np.ones(3), np.ones(3), 0)]
wrt = (0, 1)

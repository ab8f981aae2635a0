"""Lengths that are equal where a branch is run, or a loop has a round, may differ elsewhere."""
import numpy as np


def program(x, w, n):
    y = x[:n]
    z = x[: n + 1]
    total = 0.0
    if n > 2:
        total += np.sum(y * z)
    if n > 3:
        total += np.sum(x * w)
    for _ in range(2):
        u = np.sin(y)
        v = np.sin(z)
        total += u[0] * v[1] + np.sum(np.sin(x)) * np.sum(np.cos(w))
    return total + np.sum(v * v)


inputs = [(np.array([0.3, 0.7, 1.1, 0.4]), np.array([0.5, -0.6]), 1), (np.ones(4), np.full(4, 0.6), 4)]
wrt = (0, 1)

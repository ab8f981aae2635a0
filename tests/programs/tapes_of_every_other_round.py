"""Loops that count by two and by three, from where the remainder of a division leaves them: in each round a tape."""
import math

import numpy as np


def coloured(u, k, sweeps):
    """Every other place of each row, in turns."""
    u = u.copy()
    n, m = u.shape
    for _ in range(sweeps):
        for colour in range(2):
            for i in range(1, n - 1):
                for j in range(1 + (i + colour) % 2, m - 1, 2):
                    u[i, j] = math.sin(u[i - 1, j] * u[i, j + 1] + k * u[i, j - 1]) + u[i, j] * u[i + 1, j]
    return np.sum(u * u)


def by_threes(x):
    """Some of the inner loops have no round, some begin at the index of the outer one."""
    x = x.copy()
    n = len(x)
    total = 0.0
    for i in range(n):
        for j in range((i - 4) % 3, n - 1, 3):
            x[j] = math.cos(x[j] * x[j + 1])
            total += x[j] ** 2
        for j in range(i, n, 3):
            x[j] *= x[n - 1 - j]
        for j in range(n - 1 - i % 2, i, -2):
            x[j] = x[j] * x[j] - 0.3
    return total + np.sum(x)


def program(u, k, x, sweeps):
    return coloured(u, k, sweeps) + by_threes(x)


_R = np.random.default_rng(6)
inputs = [
    (_R.uniform(0.2, 0.8, (4, 5)), 0.4, _R.uniform(0.3, 0.9, 5), 2),
    (_R.uniform(0.2, 0.8, (3, 2)), 0.4, _R.uniform(0.3, 0.9, 2), 1),
]
wrt = (0, 1, 2)

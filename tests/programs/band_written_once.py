"""A table in a band around its diagonal: what was there before is read by no round that comes before."""
import numpy as np


def program(x, y, width):
    n, m = len(x), len(y)
    table = np.full((n + 1, m + 1), 1e3)
    table[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(max(1, i - width), min(m, i + width) + 1):
            gap = x[i - 1] - y[j - 1]
            table[i, j] = gap * gap + min(table[i - 1, j], table[i, j - 1], table[i - 1, j - 1])
    return np.sqrt(table[n, m]) + np.sin(table[2, 2])


inputs = [
    (np.array([0.3, -0.7, 1.2, 0.4]), np.array([0.5, -0.4, 0.9]), 1),
    (np.array([0.3, -0.7, 1.2, 0.4]), np.array([0.5, -0.4, 0.9, 0.2, 1.4]), 2),
]
wrt = (0, 1)

"""Elements of rows beside and across each other, in loops that may have no round, over long and short arrays."""
import numpy as np


def program(u0, f, w):
    u = u0.copy()
    n, m = u.shape
    for _ in range(2):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]) + f[i, j] * u[i, j] ** 2
    for i in range(n):
        for j in range(i):
            u[j, i] = u[j, i] + 0.1 * np.sin(u[i, j]) * u[i, i]
            if j > 1:
                u[i, j] += 0.3 * w[j, 0] * u[j, i]
    total = 0.0
    for i in range(n):
        for j in range(m - 3):
            total += w[i, j + 1] * u[i, j] * u[i, j + 2]
    return total


wrt = (0, 1, 2)
inputs = [
    (0.1 * np.sin(np.arange(306.0)).reshape(17, 18), 0.1 * np.cos(np.arange(306.0)).reshape(17, 18),
     0.1 * np.sin(2.0 + np.arange(306.0)).reshape(17, 18)),
    (0.3 * np.sin(np.arange(12.0)).reshape(3, 4), 0.3 * np.cos(np.arange(12.0)).reshape(3, 4),
     0.3 * np.sin(2.0 + np.arange(12.0)).reshape(3, 4)),
    (0.3 * np.sin(np.arange(6.0)).reshape(2, 3), np.ones((1, 1)), np.ones((2, 3))),
]

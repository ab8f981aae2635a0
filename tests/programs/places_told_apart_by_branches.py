"""Elements that one branch writes and the other reads: of one round or of two, on the diagonal or beside it."""
import math

import numpy as np


def program(a, x):
    n = len(x)
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= low[i, k] * low[j, k]
            if i == j:
                low[i, j] = math.sqrt(s)
            else:
                low[i, j] = s / low[j, j]
    u = np.outer(x, x)
    total = 0.0
    for i in range(n):
        for j in range(n):
            if i != j:
                u[i, j] = u[j, j] * math.sin(u[j, i])
            else:
                u[j, j] = u[i, i] ** 2 + x[i]
    w = x.copy()
    for t in range(3):
        for i in range(n):
            if (t + i) % 2 == 0:
                w[i] = math.exp(-w[i] * x[i])
            else:
                total += w[i] ** 2 * w[i - 1]
    return np.sum(low**2) + np.sum(u**2) + total


inputs = [(np.array([[2.3, 0.4, -0.6], [0.4, 1.9, 0.5], [-0.6, 0.5, 2.7]]), np.array([0.9, -0.4, 1.3]))]
wrt = (0, 1)

"""Alternating-direction implicit heat step: tridiagonal sweeps along rows, then along columns."""
import numpy as np


def program(u0, a):
    u = u0.copy()
    n = u.shape[0]
    v = np.zeros((n, n))
    p = np.zeros((n, n))
    q = np.zeros((n, n))
    b, c, d = 1.0 + 2.0 * a, 1.0 + a, 1.0 - a
    for t in range(2):
        for i in range(1, n - 1):
            v[0, i] = 1.0
            p[i, 0] = 0.0
            q[i, 0] = v[0, i]
            for j in range(1, n - 1):
                p[i, j] = a / (b - a * p[i, j - 1])
                q[i, j] = (a * u[j, i - 1] + d * u[j, i] + a * u[j, i + 1] + a * q[i, j - 1]) / (b - a * p[i, j - 1])
            v[n - 1, i] = 1.0
            for j in range(n - 2, 0, -1):
                v[j, i] = p[i, j] * v[j + 1, i] + q[i, j]
        for i in range(1, n - 1):
            u[i, 0] = 1.0
            p[i, 0] = 0.0
            q[i, 0] = u[i, 0]
            for j in range(1, n - 1):
                p[i, j] = a / (c - a * p[i, j - 1])
                q[i, j] = (a * v[i - 1, j] + v[i, j] + a * v[i + 1, j] + a * q[i, j - 1]) / (c - a * p[i, j - 1])
            u[i, n - 1] = 1.0
            for j in range(n - 2, 0, -1):
                u[i, j] = p[i, j] * u[i, j + 1] + q[i, j]
    return np.sum(u * u)


inputs = [(np.linspace(0.3, 1.4, 25).reshape(5, 5) ** 2, 0.4)]
wrt = (0, 1)

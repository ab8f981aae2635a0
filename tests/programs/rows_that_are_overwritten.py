"""Rows, columns and all of vectors that rounds overwrite, of matrices that are read before and after."""
import numpy as np


def program(a, v, k, n):
    a = a.copy()
    total = 0.0
    for t in range(n):
        for i in range(1, a.shape[0]):
            a[i] = a[i] * np.cos(a[i - 1]) + k * v
        for j in range(a.shape[1] - 1, 0, -1):
            a[:, j] = a[:, j] - k * a[:, j - 1] ** 2
        v = v * 1.1
        total = total + np.sum(a[0] * a[-1]) * (t + 1)
    w = v + a[0]
    for t in range(2, 2 + n):
        w[...] = w * w * k
        w[1:] = np.sin(w[:-1]) * t
        if t % 2:
            w[:] = w**2
    return total + np.sum(w**2)


inputs = [
    (np.array([[0.4, -0.3, 0.9], [0.2, 0.5, -0.8], [0.7, 0.1, 0.3]]), np.array([0.3, 0.5, -0.2]), 0.3, 3),
    (np.array([[0.4, -0.3, 0.9], [0.2, 0.5, -0.8]]), np.array([0.3, 0.5, -0.2]), 0.7, 0),
]
wrt = (0, 1, 2)

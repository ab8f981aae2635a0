"""Rounds that copy what the one before left, update the copy row by row or by elements, and hand it on."""
import numpy as np


def program(u, k, steps):
    total = 0.0
    n = u.shape[0]
    for t in range(steps):
        d = u.copy()
        for i in range(1, n):
            d[i] = (d[i] + k * d[i - 1] ** 2) / (1.0 + k * k)
        for i in range(n - 2, -1, -1):
            d[i] = d[i] - k * np.sin(d[i + 1])
        if t % 2:
            total = total + d[0, 0] * u[1, 1]
        u = d
    v = u[0] + 0.1
    while np.sum(v**2) > 0.5:
        w = np.copy(v)
        for j in range(1, len(w)):
            w[j] = w[j] * w[j - 1] * 0.5 + 0.1
        total = total + w[-1] ** 2
        w[0] = w[0] * 0.7
        v = w
    x = u[:, 0]
    for t in range(steps):
        y = x.copy()
        y[1:] = np.tanh(y[1:] + k * y[:-1] ** 2)
        y[0] = k
        x = y
        if x[1] > 0.7:
            break
        x = x * 1.5
    z = x
    for _ in range(2):
        z = z.copy()
        z[0] += np.sum(z[1:] ** 2)
        z[1:] = 0.5
    return total + np.sum(u**3) + np.sum(v) + np.sum(x**2) + z[0]


inputs = [
    (np.array([[0.4, -0.3, 0.9], [0.2, 0.5, -0.8], [0.7, 0.1, 0.3]]), 0.3, 3),
    (np.array([[0.4, -0.3, 0.9], [0.2, 0.5, -0.8], [0.7, 0.1, 0.3]]), 0.3, 0),
    (np.array([[1.4, 2.3], [-1.2, 0.5]]), 1.1, 2),
]
wrt = (0, 1)

"""What was stored into a part of an array is read from there, unless more was stored to the same place at once."""
import numpy as np


def program(x, k, where, n):
    u = x.copy()
    v = np.zeros_like(x)
    m = np.zeros((n, 5))
    r = np.zeros(5)
    for t in range(n):
        v[1:-1] = np.exp(k * u[1:-1]) / (1.0 + u[2:] ** 2)
        u, v = v, u
        u[::2] = np.tanh(u[::2] * v[::2])
        u[0] = np.sin(u[1])
        m[t] = np.sqrt(1.0 + u * u)
        m[t, 1:] = np.cos(m[t, :-1] * k)
        r[where] = np.tanh(x[where] * np.array([k, 2.0 * k, 3.0 * k]) + r[where])
        r[x > 0.5] = 1.0 / (2.0 + x[x > 0.5] + r[x > 0.5])
        if t == 1:
            u[2:4] = np.exp(u[3:5])
    u[1:2] = np.exp(u[3:4] * k)
    return np.sum(u * v) + np.sum(m * m) + np.sum(r * r)


inputs = [
    (np.array([0.31, -0.463, 0.717, 0.1, 0.64]), 0.7, np.array([0, 3, 0]), 3),
    (np.array([0.31, -0.463, 0.717, 0.1, 0.64]), -0.4, np.array([1, 1, 2]), 1),
]
wrt = (0, 1)

"""Parts of an array that have no place in common, some, or all: the adjoints of the first are assigned."""
import numpy as np


def program(gates, w, x, k):
    n = w.shape[0]
    total = 0.0
    for t in range(3):
        z = gates * np.cos(0.3 * t) + np.sum(w)  # as long as three gates
        keep = np.tanh(z[:n])
        emit = np.sin(z[n:2 * n])
        new = np.exp(-z[2 * n:] ** 2)
        total = total + np.sum(keep * emit + new * w)
        y = x * total
        total = 0.3 * total + 0.1 * (y[1] * y[2] + np.sum(np.sin(y[k:k + 2])) + y[k] * 0.5)
        v = np.sin(x) * total
        total = 0.3 * total + 0.1 * (np.sum(v[:2] * v[2:4]) + np.sum(v[-2:] * v[1:3]))
        q = np.cos(x) * total
        total = 0.3 * total + 0.1 * (q[0] * np.sum(q[1:-1]) + q[-1] * q[-2])
    a = np.outer(x, w)
    return total * 0.1 + np.sum(a[0] * a[1:]) + np.sum(np.sin(a[:, 0])) + a[-1, -1] * a[0, 1] + x[k] * x[k - 1]


inputs = [
    (np.linspace(-0.8, 0.9, 6), np.array([0.3, -0.4]), np.linspace(0.2, 0.7, 5), 0),
    (np.linspace(0.1, 0.9, 6), np.array([0.5, 0.2]), np.linspace(-0.3, 0.4, 5), 2),
]
wrt = (0, 1, 2)

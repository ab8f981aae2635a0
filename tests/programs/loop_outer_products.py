"""Weights of products in loops: by rows that are there, kept, taped, updated, put back, or counted in other ways."""
import numpy as np


def program(w, v, xs, m):
    n = xs.shape[0]
    h = np.zeros(3)
    total = 0.0
    for t in range(n):
        h = np.tanh(w @ xs[t] + v @ h)
    for t in range(n - 1, -1, -1):
        h = np.sin(w @ xs[t] - v @ h)
    for t in range(n):
        h = np.sin(w @ xs[t - 1] + v @ h)
    hs = np.zeros((n + 1, 3))
    for t in range(1, n):
        hs[t] = np.tanh(v @ hs[t - 1] + w @ xs[t + 1 - 1] + h)
    for t in range(0, n, 2):
        h = np.cos(v @ h - w @ xs[t])
    for t in range(2, m):
        h = np.cos(v @ h - w @ xs[t])
    for t in range(m, n):
        h = np.tanh(h - v @ h + w @ xs[t])
    k = 0
    while k < n - 1:
        h = np.sin(v @ h) + xs[k, 0]
        k += 1
    u = xs.copy()
    for t in range(1, n):
        z = w @ u[t - 1]
        u[t] = np.sin(u[t]) * np.sum(z) + u[t - 1] ** 2
        total += np.sum(z**2)
    for j in range(2):
        for t in range(n):
            h = np.tanh(v @ h + w @ u[t]) * (1.0 + j)
            h /= 1.0 + np.sum(h**2)
    for x in xs[1:]:
        y = w @ x
        y[0] = 1.0
        h = np.sin(v @ (h * y))
        if m > 2:
            break
    return total + np.sum(h) + np.sum(hs**2)


inputs = [
    (np.array([[0.3, -0.6], [0.9, 0.2], [-0.4, 0.5]]), np.cos(np.arange(9.0)).reshape(3, 3),
     np.sin(np.arange(8.0)).reshape(4, 2), m)
    for m in (1, 3)
]
wrt = (0, 1, 2)

"""Rows and columns that are stored as functions of others: what these give is read where it was stored."""
import numpy as np


def program(w, q0, n):
    q = q0.copy()
    h = np.zeros((n + 1, w.shape[0]))
    for t in range(n):
        h[t + 1] = np.tanh(w @ h[t] + q0[t])
        for j in range(q.shape[1]):
            q[:, j] = 1.0 / (1.0 + np.exp(-q @ w[j]))
        q[0, 1:] = np.sqrt(1.0 + q[1, :-1])
        q[1] = np.exp(-w[0, 0])
        part = q[1:] * 0.5
        part[0] = np.tanh(part[1] * q[0])
        part[1] = np.exp(-part[0])
        q[1:] = part
    return np.sum(h * h) + np.sum(q**3)


inputs = [(np.array([[0.3, -0.2, 0.5], [0.1, 0.4, -0.3], [0.2, 0.6, 0.1]]), np.linspace(0.2, 0.9, 9).reshape(3, 3), 3)]
wrt = (0, 1)

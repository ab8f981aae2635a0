"""Jacobi sweeps into an array that each round makes and fills element by element, and hands on."""
import numpy as np


def program(a, b, n):
    x = np.zeros(len(b))
    for _ in range(n):
        new = np.empty(len(b))
        for i in range(len(b)):
            new[i] = (b[i] - a[i] @ x) / (2.0 + np.exp(a[i, i]))
        scaled = np.tanh(new) * new
        x = scaled + 0.5 * new
    return np.sum(x**2)


inputs = [(np.array([[0.2, -0.4, 0.1], [0.3, 0.2, -0.7], [0.5, 0.1, 0.4]]), np.array([0.9, -0.4, 1.3]), 3)]
wrt = (0, 1)

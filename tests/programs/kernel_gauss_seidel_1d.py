"""Gauss-Seidel sweeps over a tridiagonal system, an element at a time."""
import numpy as np


def program(b, w):
    x = np.zeros(6)
    for _ in range(3):
        for i in range(6):
            s = b[i]
            if i > 0:
                s -= w[0] * x[i - 1]
            if i < 5:
                s -= w[2] * x[i + 1]
            x[i] = s / (4.0 + w[1])
    return np.sum(x**2)


inputs = [(np.linspace(-1.0, 2.0, 6), np.array([0.7, 0.3, -0.5]))]
wrt = (0, 1)

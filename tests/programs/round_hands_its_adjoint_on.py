"""Sweeps that put a new array into the place of the old one: one adjoint is handed on, another one begins as zeros."""
import numpy as np


def program(A, b):
    n = len(b)
    x = np.zeros(n)
    for _ in range(3):
        new = np.empty(n)
        for i in range(n):
            s = 0.0
            for j in range(n):
                if j != i:
                    s += A[i, j] * x[j]
            new[i] = (b[i] - s) / A[i, i]
        x = new
    return np.sum(x ** 2)


inputs = [
    (np.array([[3.0, 0.5, -0.2], [0.4, 2.5, 0.3], [-0.6, 0.1, 2.0]]), np.array([1.0, -0.5, 0.7])),
    (np.array([[2.0]]), np.array([0.3])),
]
wrt = (0, 1)

"""Elimination with rows swapped for the largest pivot, and substitution from either end into an array of zeros."""
import numpy as np


def program(a, b):
    a = a.copy()
    b = b.copy()
    n = len(b)
    for i in range(n):
        p = i + np.argmax(np.abs(a[i:, i]))
        if p != i:
            a[[i, p]] = a[[p, i]]
            b[i], b[p] = b[p], b[i]
        for j in range(i + 1, n):
            m = a[j, i] / a[i, i]
            a[j, i:] -= m * a[i, i:]
            b[j] -= m * b[i]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
    y = np.zeros(n)
    for i in range(n):
        y[i] = x[i] - a[: i, i] @ y[:i] - np.sum(y[: max(i - 1, 0)])
    z = np.ones(n)
    for i in range(1, n):
        z[i] = x[i] * np.sum(z[i - 1 :]) * y[i - 1]
    return np.sum(x**2) + np.sum(y**3) + np.sum(z)


inputs = [(np.array([[0.3, -1.2, 0.6], [1.4, 0.2, -0.7], [-0.5, 0.8, 0.9]]), np.array([0.9, -0.4, 1.3]))]
wrt = (0, 1)

"""Adjoints of broadcasts in a loop whose shapes are those of the arguments, or are put together from them."""
import numpy as np


def program(a, b, c, n):
    y = a
    total = 0.0
    for _ in range(n):
        z = b @ y
        z = z * c
        y = np.sin(z[:2]) + a
        outer = y[:, None] * c[None, :]
        total = total + np.sum(outer ** 2) + np.sum(z[1:] * y[0])
    return total


inputs = [
    (np.array([0.3, -0.8]), np.linspace(-1.0, 1.0, 6).reshape(3, 2), np.array([0.5, 1.2, -0.7]), 3),
    (np.array([0.3, -0.8]), np.linspace(-1.0, 1.0, 6).reshape(3, 2), np.array([0.5]), 2),
]
wrt = (0, 1, 2)

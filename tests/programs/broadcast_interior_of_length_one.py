"""The interior of three elements is one: it is broadcast where that of a long array is not."""
import numpy as np


def program(u, k, n):
    flux = k[1:-1] * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    head = u[:n] * k[:n] + u[:2] @ k[-2:]
    return np.sum(flux**2 * k[1:-1]) + np.sum(head**3)


wrt = (0, 1)
inputs = [
    (np.sin(np.arange(17.0)), np.cos(np.arange(17.0)), 3),
    (np.sin(np.arange(17.0)), np.array([0.3, 0.7, -0.4]), 1),
    (np.array([0.3, 0.7, -0.4]), np.cos(np.arange(20.0)), 1),
    (np.array([0.3, 0.7, -0.4]), np.array([1.3, -0.7, 0.2]), 2),
]

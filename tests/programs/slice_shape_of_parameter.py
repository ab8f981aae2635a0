"""Adjoints shaped as slices of an array that is updated, and one element of each row by number."""
import numpy as np


def program(u0, w, labels):
    u = u0.copy()
    for _ in range(3):
        d = u[1:] - u[:-1]
        slope = np.where(d[1:] * d[:-1] > 0.0, np.minimum(d[1:], d[:-1]), 0.0)
        flux = 0.3 * (u[1:-1] + 0.2 * slope)
        u[2:-1] = u[2:-1] - (flux[1:] - flux[:-1])
    z = np.outer(u, w)
    z = z - np.max(z, axis=1, keepdims=True)
    picked = z[np.arange(len(labels)), labels]
    return np.sum(np.log(np.sum(np.exp(z), axis=1)) - picked) + np.sum(z[labels, labels] ** 2)


wrt = (0, 1)
inputs = [
    (np.array([0.1, 0.5, 1.1, 0.75, 0.2]), np.array([0.3, -0.8, 0.6]), np.array([2, 0, 1, 1, 2])),
    (np.array([0.2, 0.9, 0.5, 0.7]), np.array([0.3, 0.8, -0.4]), np.array([0, 2, 2, 1])),
]

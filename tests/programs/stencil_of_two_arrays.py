"""Neighbours read by slices and in loops over elements: two arrays in time steps, the ends left as they are."""
import numpy as np


def program(u0, v0, k, steps):
    u = u0.copy()
    v = v0.copy()
    n, m = u.shape
    new = np.zeros_like(v)
    for _ in range(steps):
        bend = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        u[1:-1, 1:-1] += k * bend + 0.1 * np.sin(v[1:-1, 1:-1])
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                new[i, j] = v[i, j] + k * (v[i - 1, j] + v[i + 1, j] + v[i, j - 1] + v[i, j + 1] - 4.0 * v[i, j])
        v[:, :] = new
    return np.sum(u * u) + np.sum(v * u)


_u = np.array([[0.9, -0.4, 1.3, 0.2], [0.3, 0.8, -0.6, 0.5], [1.1, -0.2, 0.7, -0.9], [0.4, 0.6, -0.1, 1.2]])
inputs = [(_u, _u[::-1].copy(), 0.2, 3), (_u[:2], _u[2:].copy(), 0.2, 2), (_u[:1, :1], _u[1:2, :1].copy(), 0.2, 2)]
wrt = (0, 1, 2)

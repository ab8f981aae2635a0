"""Fluxes along each axis of a state that is updated in place: their shapes are those of parts of the parameter."""
import numpy as np


def program(u0, k, n):
    u = u0.copy()
    for _ in range(n):
        m = k * u * u
        fx = 0.5 * (m[1:, :] + m[:-1, :]) * (u[1:, :] - u[:-1, :])
        fy = 0.5 * (m[:, 1:] + m[:, :-1]) * (u[:, 1:] - u[:, :-1])
        u[1:-1, :] += 0.1 * (fx[1:, :] - fx[:-1, :])
        u[:, 1:-1] += 0.1 * (fy[:, 1:] - fy[:, :-1])
    return np.sum(u * u)


inputs = [(np.array([[0.3, 0.9, 1.4], [1.1, 0.8, 0.4], [0.2, 0.6, 0.7]]), 0.5, 3)]
wrt = (0, 1)

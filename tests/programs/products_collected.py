"""Halves of squares: the two halves of the slope are one product."""
import numpy as np


def program(u, m, x):
    for _ in range(2):
        flux = 0.5 * u * u + m * u
        u = u - 0.1 * (flux - np.roll(flux, 1))
        x = x - 0.5 * m * x * x - -0.25 * x * x
    return np.sum(0.5 * m * u * u) + x


inputs = [(np.array([0.7, -1.2, 0.4]), 0.6, 1.1)]
wrt = (0, 1, 2)

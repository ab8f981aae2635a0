"""Slices that together are all of an array select nothing from it; some that leave out a place of a short one do."""
import numpy as np


def program(u, k, m):
    p = u**m
    flux = k * (p[1:] - p[:-1])
    far = np.sqrt(k)
    return np.sum(flux[1:] * flux[:-1]) + np.sum(far[2:] - far[:-2])


inputs = [
    (np.array([0.7, 1.2, 0.4, 0.9, 0.3]), np.array([0.6, 0.8, 0.7, 1.1]), 1.6),
    (np.array([0.7, 1.2, 0.4, 0.9]), np.array([0.6, 0.0, 1.1]), 1.6),
]
wrt = (0, 1, 2)

"""Views that are no simple parts, of arrays that are filled before the views are read."""
import numpy as np


def cleared(a, x):
    a[:] = 0.5 * x
    return a


def program(m, x, s):
    flipped = np.flip(m, 0)
    turned = np.swapaxes(m, 0, 1)
    first = np.sum(np.cos(turned)) * s
    m[:] = 0.25
    row = x[np.newaxis]
    x[:] = 0.5
    flat = np.ravel(m)
    total = first + np.sum(np.cos(flipped)) * s + np.sum(row * row) * s
    cleared(m, x)
    return total + np.sum(flat * flat) * s + np.sum(np.sin(flipped)) * s


inputs = [(np.array([[0.5, 0.7, 0.1], [0.2, 0.9, 0.3]]), np.array([0.4, 0.6, 1.1]), 0.8)]
wrt = (0, 1, 2)

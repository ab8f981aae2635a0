"""Numbers behind a loop that is its own reverse, of parts of an array that the adjoints read too."""
import numpy as np


def program(a, b, s):
    total = 0.0
    for i in range(len(a)):
        total += a[i] ** 2
    total += np.sum((1.0 - s) * b[1:] - b[:-1])
    return total + np.sum(np.sin(s * b[:-1]))


inputs = [(np.array([0.9, -0.4, 1.3]), np.array([0.3, 0.8, -0.6]), 0.7)]
wrt = (0, 1, 2)

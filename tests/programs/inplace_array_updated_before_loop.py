"""A loop that carries an array which was updated in place before it."""
import numpy as np


def program(vel, c):
    vel -= np.mean(vel)
    k = np.sum(c * vel**2)
    for _ in range(3):
        vel += c * vel
        k += np.sum(c * vel**2)
    return k


inputs = [(np.array([0.5, 1.2, 2.0]), np.array([1.5, 0.2, 2.0]))]
wrt = (0, 1)

"""`np.diff` along axes, more than once, and of arrays of one element."""
import numpy as np


def program(x, y):
    steps = np.diff(np.exp(x))
    slopes = np.diff(y, axis=0) * np.diff(y, 1, -2)
    return np.sum(steps**2) + np.sum(slopes) + np.sum(np.diff(y, n=2) ** 2) + np.sum(np.diff(x[:1])) + np.sum(
        np.diff(y, n=2, axis=0)[0] * y[0])


inputs = [(np.array([0.7, -1.2, 0.4]), np.array([[0.3, -0.2, 0.5], [0.1, 0.8, -0.4], [0.9, 0.2, 0.6]]))]
wrt = (0, 1)

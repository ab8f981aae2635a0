"""A function that calls itself updates the array that it was given."""
import numpy as np


def halve(a, n):
    if n == 0:
        return np.sum(a)
    a[n] *= 0.5 * a[0]  # refused: calls itself updates in place
    return halve(a, n - 1) * a[n]


def program(x):
    a = x * 1.0
    return halve(a, 2) + np.sum(a * a)


inputs = [(np.array([0.5, 0.1, 0.3]),)]
wrt = (0,)

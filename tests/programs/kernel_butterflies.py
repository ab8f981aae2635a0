"""Butterflies of a fast transform, in place."""
import numpy as np


def program(x):
    y = x.copy()
    n, half = len(y), 1
    while half < n:
        for start in range(0, n, 2 * half):
            for j in range(start, start + half):
                a, b = y[j], y[j + half]
                y[j] = a + b * np.cos(a)
                y[j + half] = a - 0.5 * b
        half *= 2
    return np.sum(y**2)


inputs = [(np.cos(np.arange(8.0)),)]
wrt = (0,)

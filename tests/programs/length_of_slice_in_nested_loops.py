"""A slice that is cut anew in nested loops: its length is that of this round, and nothing is known of it before."""
import numpy as np


def program(x, w, n):
    s = np.sum(x)
    for i in range(n):
        for j in range(2):
            patch = x[2 * i + j : 2 * i + j + 3]
            s = s * np.sum(patch * w)
    return s


inputs = [(np.linspace(0.5, 1.0, 9), np.array([0.3, 0.5, 0.4]), 3)]
wrt = (0, 1)

"""What a branch overwrites is as long as what a loop does, and is not there where the branch is not taken."""
import numpy as np


def program(x, n):
    y = x * 1.0
    if x[0] > 0.5:
        y[:-1] += x[:-1] * y[-1]
    for _ in range(n):
        w = x + np.sum(x)
        y[1:] += y[:-1] * np.dot(x, w) * 0.1
    return np.sum(y * x[np.array([2, 1, 0])])


inputs = [(np.array([0.3, 0.7, 1.1]), 2), (np.array([0.8, 0.7, 1.1]), 2)]
wrt = (0,)

"""A range whose step is computed from what an outer loop counts."""
import numpy as np


def program(x, n):
    y = x.copy()
    for k in range(2, n):
        for start in range(0, len(y), k - 1):
            y[start] = np.sin(y[start]) * k
    return np.sum(y)


inputs = [(np.linspace(0.1, 2.0, 11), 6), (np.array([0.4]), 4)]
wrt = (0,)

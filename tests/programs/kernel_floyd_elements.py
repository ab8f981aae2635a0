"""Shortest paths, relaxed element by element with min."""
import numpy as np


def program(weights):
    d = np.array(weights)
    n = len(d)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                d[i, j] = min(d[i, j], d[i, k] + d[k, j])
    return np.sum(d**2)


inputs = [(np.array([[0.1, 3.0, 8.0], [5.0, 0.2, 2.0], [2.5, 6.0, 0.1]]),)]
wrt = (0,)

"""Shortest paths, relaxed in place by rows."""
import numpy as np


def program(weights):
    path = weights.copy()
    n = path.shape[0]
    for k in range(n):
        for i in range(n):
            tmp = path[i, k] + path[k, :]
            cond = path[i, :] < tmp
            path[i, :] = np.where(cond, path[i, :], tmp)
    return np.sum(path**2)


inputs = [(np.array([[0.1, 3.0, 8.0, 9.0], [5.0, 0.2, 2.0, 7.0], [2.5, 6.0, 0.1, 1.0], [4.0, 9.5, 3.5, 0.3]]),)]
wrt = (0,)

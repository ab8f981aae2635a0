"""An array that each round binds anew, of another length each time: what comes after the loop reads the last."""
import numpy as np


def program(x):
    for k in range(3):
        y = np.cumsum(x[k:])
        z = y * y
        both = x[k:], x[:k] * 2.0
        for j in range(2):
            w = z[j:] * z[:1]
    return np.sum(y) + np.sum(np.sin(z)) + np.sum(both[0] * both[0]) + np.sum(both[1]) + np.sum(w)


inputs = [(np.array([0.3, 0.7, 1.1, 0.4]),)]
wrt = (0,)

"""A full convolution accumulated element by element in one array."""
import numpy as np


def program(x, w):
    out = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        for j in range(len(w)):
            out[i + j] += x[i] * w[j]
    return np.sum(out**2)


inputs = [(np.array([1.0, -2.0, 0.5, 3.0]), np.array([0.5, 1.0, -1.0]))]
wrt = (0, 1)

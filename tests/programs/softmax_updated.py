"""A softmax that is updated in place: its adjoint is of what it was."""
import numpy as np


def program(x):
    m = np.outer(np.array([1.0, 0.6]), x)
    m = np.exp(m) / np.sum(np.exp(m), axis=1, keepdims=True)
    m[1] += x
    return np.sum(m**2)


inputs = [(np.array([0.7, 0.45, 1.3]),)]
wrt = (0,)

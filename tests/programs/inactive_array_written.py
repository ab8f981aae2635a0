"""In-place writes into an array that carries no derivative, read by an active expression."""
import numpy as np


def program(v, n):
    weights = np.zeros(n)
    for i in range(n):
        weights[i] = i + 1.0
    weights[1:] += 0.5
    weights *= 2
    return np.sum(weights * v**2)


inputs = [(np.array([0.9, -0.4, 1.3]), 3)]
wrt = (0,)

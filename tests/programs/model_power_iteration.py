"""The dominant eigenvalue by power iteration until it stands still."""
import numpy as np


def program(m):
    v = np.ones(m.shape[0])
    value, previous = 0.0, 1.0
    while abs(value - previous) > 1e-12:
        previous = value
        w = m @ v
        v = w / np.sqrt(np.sum(w**2))
        value = v @ m @ v
    return value


inputs = [(np.array([[2.0, 0.3, 0.1], [0.2, 1.0, -0.2], [0.0, 0.4, 0.3]]),)]
wrt = (0,)

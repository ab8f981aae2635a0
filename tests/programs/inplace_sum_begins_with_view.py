"""An adjoint whose first term is a view of what the program holds: the sum is not carried out in that memory."""
import numpy as np


def program(x, m):
    w = np.sin(x)
    v = w[:]
    w = w + np.sum(m, axis=0)
    v[...] = np.cos(v) * v
    return np.sum(w * w) + np.sum(m, axis=0) @ w + np.dot(w, v)


inputs = [
    (np.array([0.3]), np.array([[0.2], [0.5]])),
    (np.array([0.3, 0.4]), np.array([[0.2, 0.1], [0.5, -0.3], [0.6, 0.9]])),
]
wrt = (0, 1)

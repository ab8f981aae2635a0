"""An array with more axes than the part that it is assigned to, of which the first have length 1."""
import numpy as np


def program(x, m, s):
    q = m * s
    y = x * s
    q[0] = np.linalg.norm(m, axis=None, keepdims=True)
    q[1, 1:] = x[None, :1]
    y[1:] = np.array([[s * s]])
    q.T[2, 1:] += x[:2]
    q[np.array([0, 2])] = m[None, :1]
    return np.sum(q * m * m) + np.sum(y * x * x)


inputs = [(np.array([0.4, 0.6, 1.1]), np.array([[0.5, 0.7, 1.3], [0.2, 0.9, 0.4], [1.2, 0.8, 0.6]]), 0.8)]
wrt = (0, 1, 2)

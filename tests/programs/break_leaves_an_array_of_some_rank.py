"""What a loop leaves is a row or a matrix, and bound where it is read."""
import numpy as np


def program(x, q, m):
    for e in q:
        if x[0] > 0.0:
            break
        e = m
    v = e[:]
    return np.sum(v * v) * x[1]


inputs = [
    (np.array([0.4, 0.3]), np.array([[0.5, 0.7], [0.2, 0.9]]), np.array([[0.3, 0.1], [0.6, 0.8]])),
    (np.array([-0.4, 0.3]), np.array([[0.5, 0.7], [0.2, 0.9]]), np.array([[0.3, 0.1], [0.6, 0.8]])),
]
wrt = (0, 1, 2)

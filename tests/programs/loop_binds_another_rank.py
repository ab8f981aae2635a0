"""A loop binds the name of a vector to a matrix, which each round makes anew."""
import numpy as np


def program(x, m, s, n):
    for i in range(n):
        x = m.T * s
    y = x
    while n < 3:
        y = np.outer(y, y) if y.ndim == 1 else y * y
        n += 1
    return np.sum(np.sin(x)) + np.sum(y * y)


inputs = [
    (np.array([0.4, 0.6, 1.1]), np.array([[0.5, 0.7, 1.3], [0.2, 0.9, 0.4]]), 0.8, 2),
    (np.array([0.4, 0.6, 1.1]), np.array([[0.5, 0.7, 1.3], [0.2, 0.9, 0.4]]), 0.8, 0),
]
wrt = (0, 1, 2)

"""`reshape` of what does not lie in a row is a copy, of what does a view."""
import numpy as np


def program(a):
    b = a * 1.0
    flat = b.copy().reshape(-1)
    flat[0] = b[0, 0] ** 2
    grid = flat.reshape(3, 3)
    grid[1] *= flat[0]
    return np.sum(flat**2) + np.sum(b**2)


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

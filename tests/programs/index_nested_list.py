"""A list of lists as an index is an array of two axes, a list of tests is a mask; rows that are swapped."""
import numpy as np


def program(x, y, m, i):
    z = x[[[0, 1], [1, 2]]]
    chosen = x[[True, False, True]]
    m = m.copy()
    m[[i, 2]] = m[[2, i]]
    return np.sum(z * y * z[0]) + np.sum(chosen**3) + np.sum(m[0] * x)


inputs = [(np.array([0.9, -0.4, 1.3]), np.array([[0.7, 0.2], [-0.5, 0.8]]), np.array([[0.3, -1.2, 0.6]] * 3), 0)]
wrt = (0, 1, 2)

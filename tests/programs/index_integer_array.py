"""A gather with repeated and negative indices, of vectors and of rows: adjoints accumulate."""
import numpy as np


def program(v, m, indices):
    a = v[indices] * np.arange(1.0, 5.0)
    b = m[[0, 1, 0]] * 2.0
    c = m[np.array([[0, 1], [1, 1]])]
    return np.sum(a**2) + np.sum(b**2) + np.sum(c**3) + np.sum(v[np.array([-1, 2])])


inputs = [(np.array([0.9, -0.4, 1.3]), np.array([[0.7, 0.2], [-0.5, 0.8]]), np.array([0, 2, 2, -1]))]
wrt = (0, 1)

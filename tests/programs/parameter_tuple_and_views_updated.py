"""Arrays of a tuple are updated, and a matrix through a view of all of it."""
import numpy as np


def program(pair, m):
    a, b = pair
    a[0] = b[1] * a[1]
    v = m.reshape(-1)
    v[1] *= a[0]
    m[0] += 1.0
    return np.sum(pair[0] * b) + np.sum(m * m) + v[0]


inputs = [((np.array([0.5, 0.1]), np.array([0.2, 0.3])), np.array([[0.5, 0.1], [0.3, 0.4]]))]
wrt = (0, 1)

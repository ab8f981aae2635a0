"""QR by Householder reflections applied in place to a trailing block that is a view."""
import numpy as np


def program(m):
    a = m.copy()
    rows, columns = a.shape
    for k in range(columns):
        v = a[k:, k].copy()
        v[0] += np.sign(v[0]) * np.sqrt(np.sum(v**2))
        v /= np.sqrt(np.sum(v**2))
        block = a[k:, k:]
        block -= 2.0 * np.outer(v, v @ block)
    return np.sum(a[:columns] ** 3)


inputs = [(np.array([[2.0, 1.0], [0.5, 3.0], [-1.0, 0.7]]),)]
wrt = (0,)

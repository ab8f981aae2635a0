"""Modified Gram-Schmidt: columns normalised in place, and projected out of the ones behind."""
import numpy as np


def program(m):
    a = m.copy()
    n = a.shape[1]
    q = np.zeros_like(a)
    r = np.zeros((n, n))
    for k in range(n):
        r[k, k] = np.sqrt(np.dot(a[:, k], a[:, k]))
        q[:, k] = a[:, k] / r[k, k]
        for j in range(k + 1, n):
            r[k, j] = np.dot(q[:, k], a[:, j])
            a[:, j] -= q[:, k] * r[k, j]
    return np.sum(q**3) + np.sum(r * r * r)


inputs = [(np.array([[2.0, 1.0, 0.2], [0.5, 3.0, -0.4], [-1.0, 0.7, 1.5]]),)]
wrt = (0,)

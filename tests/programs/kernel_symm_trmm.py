"""Matrix kernels by loops over rows with slices, the product written over its factor."""
import numpy as np


def symm(alpha, beta, c, a, b):
    temp2 = np.empty((c.shape[1],), dtype=c.dtype)
    c *= beta
    for i in range(c.shape[0]):
        for j in range(c.shape[1]):
            c[:i, j] += alpha * b[i, j] * a[i, :i]
            temp2[j] = b[:i, j] @ a[i, :i]
        c[i, :] += alpha * b[i, :] * a[i, i] + alpha * temp2


def trmm(alpha, a, b):
    for i in range(b.shape[0]):
        for j in range(b.shape[1]):
            b[i, j] += np.dot(a[i + 1:, i], b[i + 1:, j])
    b *= alpha


def program(alpha, beta, a, b):
    c, b = np.ones((3, 2)), b.copy()
    symm(alpha, beta, c, a, b)
    trmm(alpha, a, b)
    return np.sum(c * b)


inputs = [(1.5, 0.7, np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 0.8], [1.7, 0.2, -0.9]]),
           np.array([[1.0, 0.2], [0.4, 2.0], [-1.0, 0.6]]))]
wrt = (0, 1, 2, 3)

"""LU factors in place, a row at a time with slices; the log of the determinant."""

import numpy as np


def program(A):
    A = A.copy()
    n = A.shape[0]
    for k in range(n - 1):
        A[k + 1 :, k] /= A[k, k]
        A[k + 1 :, k + 1 :] -= A[k + 1 :, k : k + 1] * A[k : k + 1, k + 1 :]
    return np.sum(np.log(np.abs(np.diag(A))))


inputs = [(np.cos(np.arange(16.0)).reshape(4, 4) + 4 * np.eye(4),)]
wrt = (0,)

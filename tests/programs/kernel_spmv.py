"""Sparse matrix by vector in compressed rows."""
import numpy as np


def program(indptr, columns, values, x):
    y = np.empty(indptr.size - 1, values.dtype)
    for i in range(indptr.size - 1):
        cols = columns[indptr[i]:indptr[i + 1]]
        vals = values[indptr[i]:indptr[i + 1]]
        y[i] = vals @ x[cols]
    return y @ y


inputs = [(np.array([0, 2, 3, 6]), np.array([0, 2, 1, 0, 1, 2]), np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
           np.array([0.5, -1.0, 2.0]))]
wrt = (2, 3)

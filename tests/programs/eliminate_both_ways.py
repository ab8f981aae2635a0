"""Gauss-Jordan with pivots, element by element: swapped rows, and rows reduced but for one, are put back so."""
import numpy as np


def program(A, b):
    n = b.shape[0]
    M = np.empty((n, n + 1))
    M[:, :n] = A
    M[:, n] = b
    sign = 1.0
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(M[i, k]) > abs(M[p, k]):
                p = i
        if p != k:
            sign = -sign
            for j in range(n + 1):
                M[k, j], M[p, j] = M[p, j], M[k, j]
        sign *= M[k, k]
        for i in range(n):
            if i == k:
                continue
            fac = M[i, k] / M[k, k]
            for j in range(k, n + 1):
                M[i, j] -= fac * M[k, j]
    total = 0.1 * sign
    for i in range(n):
        total += (M[i, n] / M[i, i]) ** 2
    return total


_A = np.array([[0.5, 1.2, -0.7, 0.3], [2.1, -0.4, 0.9, 1.0], [0.2, 1.9, 1.5, -0.8], [-1.3, 0.6, 0.1, 1.7]])
inputs = [(_A, np.array([0.3, -1.1, 0.8, 0.5]))]
wrt = (0, 1)

"""LU decomposition in place by loops, then the determinant."""
import numpy as np


def lu(a):
    n = a.shape[0]
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[k, j]
            a[i, j] /= a[j, j]
        for j in range(i, n):
            for k in range(i):
                a[i, j] -= a[i, k] * a[k, j]


def program(a):
    a = a.copy()
    lu(a)
    product = 1.0
    for i in range(len(a)):
        product *= a[i, i]
    return product + np.sum(a)


inputs = [(np.array([[4.0, 1.0, 0.5, 2.0], [1.0, 5.0, 1.0, 0.2], [0.5, 1.5, 6.0, 1.0], [2.0, 0.1, 1.0, 7.0]]),)]
wrt = (0,)

"""Pairs of elements that are read and then replaced by what was made of them: rotations, and a swap beside them."""
import numpy as np


def program(a, x, c, s):
    a, x = a.copy(), x.copy()
    n = len(a)
    for p in range(n - 1):
        for q in range(p + 1, n):
            for k in range(n):
                one, two = a[k, p], a[k, q]
                a[k, p] = c * one - s * two
                a[k, q] = s * one + c * two * one
    for k in range(len(x) - 1):
        one, two = x[k], x[k + 1]
        x[k] = c * one - s * two
        x[k + 1] = s * one * two
    for k in range(-1, len(x) - 1):
        one, two = x[k], x[k + 1]
        x[k] = one * two
        x[k + 1] = x[k + 1] * one + two
    return np.sum(a * a) + np.sum(x**3)


inputs = [
    (np.array([[0.7, -1.2, 0.3], [0.4, 0.9, 0.8], [-0.3, 0.2, 0.1]]), np.array(x), 0.8, 0.6)
    for x in ([0.5, 0.3, 1.1, -0.6], [0.4, 0.3], [0.3])
]
wrt = (0, 1, 2, 3)

"""Jacobi sweeps in one dimension, two buffers written in turn, the result left in a parameter's copy."""
import numpy as np


def program(a):
    a = a.copy()
    b = np.zeros_like(a)
    b[0], b[-1] = a[0], a[-1]
    for _ in range(4):
        for i in range(1, len(a) - 1):
            b[i] = 0.33333 * (a[i - 1] + a[i] + a[i + 1]) * a[i]
        for i in range(1, len(a) - 1):
            a[i] = 0.33333 * (b[i - 1] + b[i] + b[i + 1])
    return np.sum(a * a)


inputs = [(np.array([1.0, 0.5, -0.25, 2.0, 1.5, 0.75]),)]
wrt = (0,)

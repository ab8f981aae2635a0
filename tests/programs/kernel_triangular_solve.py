"""Forward and back substitution by loops, the right-hand side overwritten."""
import numpy as np


def program(lower, b):
    x = b.copy()
    n = len(x)
    for i in range(n):
        for j in range(i):
            x[i] -= lower[i, j] * x[j]
        x[i] /= lower[i, i]
    for i in reversed(range(n)):
        s = x[i]
        for j in range(i + 1, n):
            s -= lower[j, i] * x[j]
        x[i] = s / lower[i, i]
    return np.sum(x**2)


inputs = [(np.array([[2.0, 0.0, 0.0], [1.0, 3.0, 0.0], [0.5, -1.0, 1.5]]), np.array([1.0, 2.0, 3.0]))]
wrt = (0, 1)

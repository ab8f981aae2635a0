"""A copy of a part, added the other way round: its adjoint wants the shape of it and nothing else."""
import numpy as np


def program(x, n):
    x = x.copy()
    y = 1.5 * x
    for _ in range(n):
        s = np.sin(x)
        x[1:] += y[:-1].copy()[::-1]
        y *= s
    return np.sum(x ** 2)


inputs = [(np.array([0.3, -0.7, 1.1, 0.4]), 3), (np.array([0.3, -0.7]), 1)]
wrt = (0,)

"""A copy of a part, added in another order: its adjoint wants the shape of it and nothing else."""
import numpy as np


def program(x, order, n):
    x = x.copy()
    y = 1.5 * x
    for _ in range(n):
        s = np.sin(x)
        x[1:] += y[:-1].copy()[order]
        y *= s
    return np.sum(x ** 2)


inputs = [(np.array([0.3, -0.7, 1.1, 0.4]), np.array([2, 0, 1]), 3), (np.array([0.3, -0.7]), np.array([0]), 1)]
wrt = (0,)

"""Heat in three dimensions: a function that writes into its parameter and returns nothing."""
import numpy as np


def advance(a, b):
    b[1:-1, 1:-1, 1:-1] = (0.125 * (a[2:, 1:-1, 1:-1] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[:-2, 1:-1, 1:-1])
                           + 0.125 * (a[1:-1, 2:, 1:-1] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[1:-1, :-2, 1:-1])
                           + 0.125 * (a[1:-1, 1:-1, 2:] - 2.0 * a[1:-1, 1:-1, 1:-1] + a[1:-1, 1:-1, :-2])
                           + a[1:-1, 1:-1, 1:-1])


def program(u):
    a, b = u.copy(), u.copy()
    for _ in range(2):
        advance(a, b)
        advance(b, a)
    return np.sum(a**2)


inputs = [(np.linspace(0.0, 1.0, 64).reshape(4, 4, 4) ** 2,)]
wrt = (0,)

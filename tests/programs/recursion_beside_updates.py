"""Arrays that a function which calls itself gets and returns are updated by its caller."""
import numpy as np


def powers(x, n):
    if n == 0:
        return np.exp(x)
    if n == 1:
        return x * 1.0
    y = x * x
    y[n - 1] *= y[0]
    return np.sin(y) * powers(y, n - 2)


def program(x):
    t = powers(x, 0)
    t *= x
    y = x * 1.0
    u = powers(y, 3)
    y[1] = 3.0 * x[0]
    w = powers(y, 1)
    w += t
    x[2] *= w[0]
    return np.sum(t * u * y) + np.sum(x)


inputs = [(np.array([0.5, 0.1, 0.3, 0.7]),)]
wrt = (0,)

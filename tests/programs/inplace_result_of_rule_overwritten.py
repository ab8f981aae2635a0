"""A derivative that is computed from the result of an operation, which is overwritten later."""
import numpy as np


def program(x):
    r = np.sqrt(x**2 + 0.1)
    r[r > 0.6] = 1.0 / r[r > 0.6]
    e = np.exp(x)
    for i in range(3):
        e[i] *= e[i + 1]
        t = np.tanh(e)
        t[0] += r[i]
        r = t * r
    return np.sum(r) + np.sum(e)


inputs = [(np.array([0.5, 0.3, -0.4, 1.2]),)]
wrt = (0,)

"""`fill`, `sort`, `partition`, `put` and `.flat`."""
import numpy as np


def program(x):
    y = x * 2.0
    y.sort()
    z = x**2
    z.partition(2)
    w = np.zeros((2, 2))
    w.fill(x[0])
    w.flat[1] = y[0] * z[1]
    w.flat[2:] = y[2:]
    z.put([0], x[2])
    return np.sum(y * z) + np.sum(w**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

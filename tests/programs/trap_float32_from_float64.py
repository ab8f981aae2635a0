"""A float32 array is filled from float64 values."""
import numpy as np


def program(x):
    weights = np.linspace(0.3, 1.7, 4)
    y = np.zeros(4, dtype=x.dtype)
    for i in range(4):
        y[i] = x[i] ** 2 * weights[i]
    y[1:] *= weights[:-1]
    return y[0] * y[1] + np.sum(y)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3], dtype=np.float32),)]
wrt = (0,)

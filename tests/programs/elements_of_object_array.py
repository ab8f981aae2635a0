"""Numbers that are read out of an array of Python objects, in a loop, and doubles beside broadcast single precision."""
import numpy as np


def program(x, c):
    y = x * 1.0
    for _ in range(2):
        y += np.array([x[0] * c[0], x[1]], dtype=object)[1] * x
        x = np.sin(x)
    return np.sum(y * y) + np.sum(c[:, None] * x)


inputs = [(np.array([0.3, 0.8, 1.1]), np.array([0.5, 2.0, 0.25], np.float32))]
wrt = (0,)

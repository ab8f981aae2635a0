"""A loop is left where something is found, and its number is read after it."""
import numpy as np


def program(x, limit):
    scale = limit
    for i in range(len(x)):
        if x[i] > limit:
            scale = x[i] * limit
            break
    for k in range(len(x)):
        if x[k] < -limit:
            other = x[k] ** 2
            break
    else:
        k = 0
        other = limit * limit
    return scale * x[i] + other * x[k]


inputs = [(np.array([0.1, 0.6, -0.9, 0.2]), 0.3), (np.array([0.1, 0.2, -0.1]), 0.3)]
wrt = (0, 1)

"""A loop that may return an array of which nothing in front of it is as long, where the cotangent alone would be."""
import numpy as np


def program(x, n):
    y = np.array([x[0], x[1], x[2]])
    for _ in range(n):
        y = y * y[1] + 0.2
        if y[0] > 0.9:
            return y * 2
    return y


inputs = [(np.array([0.7, 0.8, 0.9]), 0), (np.array([0.7, 0.8, 0.9]), 1), (np.array([0.7, 0.8, 0.9]), 6)]
wrt = (0,)

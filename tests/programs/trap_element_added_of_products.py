"""Elements are added to in a loop, of products with one element."""
import numpy as np


def program(x):
    y = np.ones(4)
    for i in range(4):
        y[i] += x[i] * x[0]
    return np.sum(y**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

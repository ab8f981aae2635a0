"""A number that np.where gives is an array: what a loop binds to it and updates is updated under both names."""
import numpy as np


def program(x):
    first = np.where(x[0] > 0.0, x[0], x[1])
    total = first
    for i in range(2):
        total *= x[i]
    return total * first + x[1]


inputs = [(np.array([0.7, 1.3]),)]
wrt = (0,)

"""A number that np.where gives is an array: a branch binds another name to it, and updates that."""
import numpy as np


def program(x):
    chosen = np.where(x[0] > 0.0, x[0] * 2.0, x[1])
    if x[1] > 0.0:
        other = chosen
        other += x[1]
    return chosen * chosen * x[0]


inputs = [(np.array([0.7, 1.3]),), (np.array([0.7, -1.3]),)]
wrt = (0,)

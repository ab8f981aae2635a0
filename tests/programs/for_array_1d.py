"""A loop over the elements of a vector."""
import numpy as np


def program(xs):
    total = 1.0
    for x in xs:
        total = total * x + np.sin(x)
    return total


inputs = [(np.array([0.5, -1.2, 0.8]),), (np.array([2.0]),)]
wrt = (0,)

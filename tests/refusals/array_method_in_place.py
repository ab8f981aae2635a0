"""Methods that change an active array where it stands."""
import numpy as np


def program(x):
    y = x * 2
    y.sort()  # refused: sort
    return y[0]


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)

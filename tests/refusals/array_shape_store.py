"""A store into ``shape`` changes the array where it stands."""
import numpy as np


def program(x):
    y = x * 2
    y.shape = (2, 2)  # refused: shape|attribute
    return np.sum(y @ y)


inputs = [(np.array([1.0, 2.0, 3.0, 4.0]),)]
wrt = (0,)

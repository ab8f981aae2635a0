"""Whether np.asarray of `flat` is of the memory of the array depends on its layout."""
import numpy as np


def program(x):
    u = x * 1.0
    row = np.asarray(u.flat)  # refused: of the memory of its argument
    row[0] *= 2.0
    return np.sum(u * u)


inputs = [(np.array([[0.7, 1.3]]),)]
wrt = (0,)

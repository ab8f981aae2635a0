"""``out=`` writes the result of a function into an array."""
import numpy as np


def program(x):
    y = np.zeros(2)
    np.multiply(x, x, out=y)  # refused: \bout\b
    return np.sum(y)


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)

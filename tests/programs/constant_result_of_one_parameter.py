"""One of the parameters does not reach the result: its gradient is zero."""
import numpy as np


def program(x, y):
    y = np.zeros(3)
    return np.sum(x * (y + 1))


inputs = [(np.array([0.8, 1.1, -0.2]), np.array([1.0, 2.0]))]
wrt = (0, 1)

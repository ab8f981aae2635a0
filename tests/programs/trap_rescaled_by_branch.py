"""An array is rescaled in a loop, by a branch that depends on it."""
import numpy as np


def program(x):
    for k in range(4):
        x *= 1.5
        if np.sum(x * x) > 4.0:
            x /= np.sqrt(np.sum(x * x))
    return np.sum(x**3)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

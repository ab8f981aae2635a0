"""A branch that raises beside one that updates an array, and in a loop of such."""
import numpy as np


def program(x, mode):
    if mode == "double":
        y = x * 2.0
    elif mode == "square":
        y = x.copy()
        for i in range(len(y)):
            if y[i] > 10.0:
                raise ValueError(i)
            y[i] = y[i] ** 2
    else:
        raise KeyError(mode)
    y[0] += 1.0
    return np.sum(y * y * x)


inputs = [(np.array([0.7, -1.2, 0.4]), "double"), (np.array([0.7, -1.2, 0.4]), "square")]
wrt = (0,)

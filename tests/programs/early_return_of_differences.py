"""Second differences along an axis, returned from within a loop."""
import numpy as np


def program(y, most):
    for j in range(y.shape[1]):
        if y[0, j] > most:
            return np.diff(y, 2)
    return y[:, 2:] + y[:, :-2]


inputs = [(np.sin(np.arange(12.0)).reshape(3, 4), 0.8), (np.cos(np.arange(12.0)).reshape(3, 4), 2.0)]
wrt = (0,)

"""Both branches update parts of an array, and one of another."""
import numpy as np


def program(x):
    y = np.zeros(4)
    for i in range(4):
        if x[i] > 0.5:
            y[i] = x[i] ** 2
            x[0] += 0.1 * y[i]
        elif x[i] > 0.0:
            y[: i + 1] += x[i]
        else:
            x[i] *= -x[i - 1]
    return np.sum(y * x)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

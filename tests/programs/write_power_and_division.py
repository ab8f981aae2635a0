"""Every augmented operator on elements, slices and all."""
import numpy as np


def program(x):
    y = np.abs(x) + 1.0
    y[0] **= 2
    y[1:] **= 1.5
    y /= 3.0
    y[2] /= y[0]
    y -= x
    y[::-2] *= y[1]
    y **= 2
    return np.sum(y)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

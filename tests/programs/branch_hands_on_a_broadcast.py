"""An array that is spread out in one branch, and made in the other, in each round."""
import numpy as np


def program(x, h, a):
    out = np.zeros((4, 3))
    for k in range(4):
        square = np.outer(h, h)
        if k != 2:
            out[k] = x[k] + a * np.sum(square, axis=1)
    return np.sum(out * x)


inputs = [(np.array([[0.7, -0.4, 1.1], [0.3, 0.9, -0.6], [0.2, 0.8, -0.1], [1.2, 0.5, 0.4]]),
           np.array([0.3, 0.9, -0.6]), 0.8)]
wrt = (0, 1, 2)

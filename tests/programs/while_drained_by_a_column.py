"""A loop whose rounds are counted by a tape that is not the first of those with it."""
import numpy as np


def program(x, s):
    h = np.exp(-np.sum(x) ** 2)
    k = 0
    while k < 3:
        x[0] -= np.sin(np.tanh(h))
        k += 1
        if np.sin(h) > 0.51:
            continue
        s *= np.sin(0.5 - h)
    return s + np.sum(np.sin(x))


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]), 0.8), (np.array([0.1, -0.4, 0.3]), 0.8)]
wrt = (0, 1)

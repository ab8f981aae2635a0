"""The same array stands in two places of the arguments; each has its own gradient."""
import numpy as np


def program(pair, v):
    return np.sum(pair[0] * pair[1] ** 2) + np.sum(v * pair[0])


SHARED = np.array([0.5, -1.2])
inputs = [((SHARED, SHARED), SHARED)]
wrt = (0, 1)

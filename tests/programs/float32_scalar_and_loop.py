"""A float32 array read by element, rescaled in a loop by a Python number."""
import numpy as np


def program(v):
    total = np.float32(0.0)
    for i in range(len(v)):
        total = total * 0.5 + v[i] ** 2
    return total + np.sum(v[[0, 0, 1]])


inputs = [(np.array([0.9, -0.4, 1.3], np.float32),)]
wrt = (0,)

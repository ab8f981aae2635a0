"""Each round copies an array and updates the copy, which nobody reads; what is written to it is read elsewhere."""
import numpy as np


def program(x):
    w = x * x
    held = [x * 0.5, x * 2.0]
    m = np.zeros((2, 3))
    for _ in range(3):
        m = m.copy()
        held[0] = w
        m[1] = w
    return np.sum(held[0] * held[-1])


inputs = [(np.array([0.7, 0.45, 1.3]),)]
wrt = (0,)

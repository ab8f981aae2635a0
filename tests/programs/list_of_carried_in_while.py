"""A list in a while loop holds what the loop carries: arrays of a few elements."""
import numpy as np


def program(x):
    u = x * 1.0
    v = x * x
    w = np.zeros(3)
    s = x[1]
    k = 0
    held = [x, x]
    while k < 3 and np.sum(u) < 50.0:
        held = [u.copy(), v]
        u, v = v, u * s
        k += 1
    return np.sum(v * w) + np.sum(held[0] * held[-1])


inputs = [(np.array([0.7, 0.45, 1.3]),)]
wrt = (0,)

"""An accumulator that starts as the float 0.0 and becomes an array."""
import numpy as np


def program(v, n):
    total = 0.5
    for i in range(n):
        total = total + v**i
    return np.sum(total * v)


inputs = [(np.array([0.5, -1.2, 0.8]), 4), (np.array([0.5, -1.2, 0.8]), 0)]
wrt = (0,)

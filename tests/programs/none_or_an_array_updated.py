"""What is None or an array is updated in place: the array is, by its other name."""
import numpy as np


def program(x, n):
    a = x * 1.0
    chosen = a if n > 1 else None
    if chosen is None:
        return x[0]
    chosen[1:] += x[:2]
    return np.sum(chosen * x)


inputs = [(np.array([0.7, -0.4, 1.1]), 2), (np.array([0.7, -0.4, 1.1]), 0)]
wrt = (0,)

"""The trace of a squashed matrix added to all its elements."""
import numpy as np


def program(a):
    trace = 0.0
    for i in range(a.shape[0]):
        trace += np.tanh(a[i, i])
    return np.sum((a + trace) ** 2)


inputs = [(np.linspace(-1.0, 1.0, 9).reshape(3, 3),)]
wrt = (0,)

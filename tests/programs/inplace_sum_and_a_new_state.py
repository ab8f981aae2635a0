"""Each round adds to all of an array in place, and computes a new one from it and the one before."""
import numpy as np


def program(a):
    state = np.zeros_like(a)
    for k in range(len(a)):
        a[k] = 0.5 / a[k]
        a += 0.1
        state = 0.5 * np.tanh(a + state)
    return state


inputs = [(np.sin(np.arange(9.0)).reshape(3, 3) + 2.0,)]
wrt = (0,)

"""An array that an attribute names is updated in a loop, and the attribute bound anew in a loop inside, or not."""
import numpy as np


class Held:
    def __init__(self, array):
        self.array = array


def program(x, n):
    held = Held(np.exp(-x))
    for _ in range(2):
        held.array[0] = x[2]
        for _ in range(n):
            held.array = np.cos(x)
    return np.sum(held.array ** 2)


inputs = [(np.array([0.7, -0.4, 0.9]), 2), (np.array([0.7, -0.4, 0.9]), 0)]
wrt = (0,)

"""Objects that become values in a branch, in a round and at the end hold their arrays as these are by then."""
import numpy as np


class Held:
    def __init__(self, array):
        self.array = array


def program(x, n):
    b = np.cos(x)
    first = Held(b)
    last = Held(x * 1.0)
    for _ in range(n):
        last = Held(b)
        b[1] *= 0.6
    total = np.sum(last.array * b)
    chosen = Held(x * 2.0)
    if n > 1:
        chosen = first
        b *= x
    every = [first for _ in range(n + 1)]
    return total + np.sum(chosen.array * b) + np.sum(every[0].array ** 3)


inputs = [(np.array([0.7, -0.4, 0.9]), 2), (np.array([0.7, -0.4, 0.9]), 0)]
wrt = (0,)

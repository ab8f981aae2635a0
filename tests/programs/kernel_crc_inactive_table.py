"""A lookup table computed in place on integers beside the derivative."""
import numpy as np


def program(x):
    table = np.zeros(8, dtype=np.int64)
    for i in range(8):
        c = i
        for _ in range(3):
            c = (c >> 1) ^ 5 if c & 1 else c >> 1
        table[i] = c
    y = np.zeros(8)
    for i in range(8):
        y[table[i]] += x[i % len(x)] ** 2
    return np.sum(y * np.arange(8.0))


inputs = [(np.array([1.0, 2.0, 0.5]),)]
wrt = (0,)

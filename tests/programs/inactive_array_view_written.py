"""A view of an inactive array is written after the array was read."""
import numpy as np


def program(v):
    table = np.arange(6.0).reshape(2, 3)
    row = table[1]
    y = np.sum(table[1] * v)
    row[0] = 100.0
    z = np.sum(table[1] * v**2)
    table.fill(0.0)
    return y * z


inputs = [(np.array([0.9, -0.4, 1.3]),)]
wrt = (0,)

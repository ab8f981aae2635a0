"""Loops over ``zip`` of arrays, lists and ranges of unequal length."""
import numpy as np


def program(xs, ys, v):
    total = 0.0
    for x, y in zip(xs, ys):
        total = total + x * y**2
    for i, x, element in zip(range(10), xs, v):
        total = total * element + x * i
    return total


inputs = [([0.5, -1.2, 0.8], (1.1, 0.3, -0.7, 5.0), np.array([0.4, 0.9]))]
wrt = (0, 1, 2)

"""Loops over ``reversed`` of a list, an array and a range."""
import numpy as np


def program(xs, v):
    total = 1.0
    for x in reversed(xs):
        total = total * x + 1
    for element in reversed(v):
        total = total * element + 2
    for i in reversed(range(3)):
        total = total * xs[i] + i
    return total


inputs = [([0.5, -1.2, 0.8], np.array([1.1, 0.3]))]
wrt = (0, 1)

"""Loops over ``enumerate``, with a start, and around ``zip``."""
import numpy as np


def program(xs, v):
    total = 0.0
    for i, x in enumerate(xs):
        total = total * x + i
    for i, element in enumerate(v, start=2):
        total = total + element**i
    for i, (x, element) in enumerate(zip(xs, v)):
        total = total + i * x * element
    return total


inputs = [([0.5, -1.2, 0.8], np.array([1.1, 0.3, 0.7]))]
wrt = (0, 1)

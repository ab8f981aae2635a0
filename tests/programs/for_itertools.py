"""Loops over inactive iterators of ``itertools`` that index an active vector."""
import itertools

import numpy as np


def program(x):
    total = 0.0
    for i, j in itertools.combinations(range(len(x)), 2):
        total = total + (x[i] - x[j]) ** 2
    for i, sign in zip(range(len(x)), itertools.cycle([1.0, -1.0])):
        total = total + sign * x[i]
    return total


inputs = [(np.array([0.5, -1.2, 0.8]),)]
wrt = (0,)

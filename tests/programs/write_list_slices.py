"""Slices of a list are assigned, and it changes its length."""
import numpy as np


def program(x):
    items = [x[0], x[1] * x[2], x[3]]
    items[1:2] = [x[0] ** 2, x[1] ** 2]
    items[:1] = (x[2],)
    items[-1:] = []
    items.insert(1, x[3])
    return sum(items) * items[2]


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

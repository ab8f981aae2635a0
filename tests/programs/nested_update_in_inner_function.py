"""A nested function updates what it captures, and a number by nonlocal."""
import numpy as np


def program(x):
    y = x * 2.0
    total = 0.0

    def add(i):
        nonlocal total
        y[i] *= y[i - 1]
        total += y[i]

    for i in range(4):
        add(i)
        y[0] += total
    return np.sum(y**2) * total


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

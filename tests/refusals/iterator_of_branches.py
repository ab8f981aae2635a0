"""Iterators that branches make, and of two that are assigned at once."""
import numpy as np


def program(x):
    values, scale = (np.sin(value) for value in x) if x[0] > 0.0 else (np.cos(value) for value in x), 2.0
    total = sum(values) * scale
    return total + sum(values)  # refused: an iterator is read more than once


inputs = [(np.array([0.5, 0.7]),)]
wrt = (0,)

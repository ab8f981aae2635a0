"""A function that is handed an iterator finds it empty when it reads it again."""
import numpy as np


def twice(values):
    return sum(values) + sum(values)  # refused: an iterator is read more than once


def program(x):
    return twice(np.sin(value) for value in x) * x[0]


inputs = [(np.array([0.5, 0.7]),)]
wrt = (0,)

"""An iterator that a dict holds is empty when it is read again."""
import numpy as np


def program(x):
    parts = {"sines": (np.sin(value) for value in x)}
    total = sum(parts["sines"])
    return total + sum(parts["sines"]) * x[0]  # refused: an iterator is read more than once


inputs = [(np.array([0.5, 0.7]),)]
wrt = (0,)

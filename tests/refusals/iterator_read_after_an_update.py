"""An iterator with a name computes its items where it is read."""
import numpy as np


def program(x):
    y = x * 2.0
    doubled = (element * 2.0 for element in y)
    y[0] = 1.0
    return sum(doubled)  # refused: an iterator is read after something was bound or updated


inputs = [(np.array([0.5, 0.7]),)]
wrt = (0,)

"""Some rounds put an array into a list, and the next updates the array: in the list, if that was so."""
import numpy as np


def program(x, n):
    a = x * 1.0
    rows = [np.cos(x), np.sin(x)]
    for i in range(3):
        a *= x
        if i != n:
            rows[0] = a  # refused: may hold an array that was updated in place
    return np.sum(np.sin(rows[0]) * rows[1])


inputs = [(np.array([0.7, -0.4, 1.1]), 2)]
wrt = (0,)

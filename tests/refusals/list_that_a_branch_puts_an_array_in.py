"""A branch puts an array into a list, behind it the array is updated in place: in the list, if the branch was taken."""
import numpy as np


def program(x, n):
    a = x * 1.0
    rows = [np.cos(x)]
    if n > 1:
        rows[0] = a
    a *= 0.7
    return np.sum(a * rows[0])  # refused: may hold an array that was updated in place


inputs = [(np.array([0.7, -0.4, 1.1]), 2)]
wrt = (0,)

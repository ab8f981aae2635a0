"""A column is stored into a row of the same matrix: NumPy reads an element there that it has overwritten."""
import numpy as np


def program(a):
    a = a.copy()
    a[1] = a[:, 2]  # refused: .copy()
    return a[1, 2] * a[1, 3]


inputs = [(np.array([[0.3, 0.7, -0.4, 1.1], [0.5, -0.2, 0.9, 0.6], [0.1, 0.8, -0.6, 0.4], [0.2, -0.7, 0.5, 1.3]]),)]
wrt = (0,)

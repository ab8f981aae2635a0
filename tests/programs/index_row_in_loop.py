"""A row is taken out of a matrix and read by element."""
import numpy as np


def program(m):
    total = 0.0
    for i in range(m.shape[0]):
        row = m[i]
        for j in range(m.shape[1]):
            total = total + row[j] * m[j, i]
    return total


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6], [0.3, 0.9, -1.2]]),)]
wrt = (0,)

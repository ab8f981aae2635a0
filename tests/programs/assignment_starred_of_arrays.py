"""What a star takes of an array is a list: of numbers, which are copies, or of rows."""
import numpy as np


def program(x, m):
    first, *rest = x
    *front, end = x
    x[1] = 0.5
    rest += [first]
    rest[1] *= 2.0
    *rows, low = m
    return sum(rest) * first + front[1] * end * rest[0] * rest[0] + np.sum(rows[1] * low) + x[1] * len(rest * 2) * x[2]


inputs = [(np.array([0.4, 0.6, 1.1]), np.array([[0.5, 0.7], [0.2, 0.9], [1.2, 0.8]]))]
wrt = (0, 1)

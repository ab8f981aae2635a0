"""Elements of arrays by integers, negative integers and computed ones."""
import numpy as np


def program(v, m, i):
    j = i - 2
    return v[0] * v[-1] + v[i] ** 2 + m[0, -1] * m[i % 2, j] + m[1][0] * m[-1][-2]


inputs = [(np.array([0.9, -0.4, 1.3]), np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]), 1)]
wrt = (0, 1)

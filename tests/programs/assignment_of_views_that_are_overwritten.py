"""Rows and parts that an assignment to several targets has already overwritten by the time it stores them."""
import numpy as np


def first(m):
    m[1] *= 0.5
    return 0


def program(x, m):
    m[0], m[1] = m[1], m[0]
    row = m[2]
    m[2], m[1] = x, row * x[0]
    m[0], (m[1, 1:], x[0]) = 0.3, (m[0, 1:], m[0, 0] * m[2, 0])
    x[:2], x[1:] = x[1:] * 0.5, x[:2]
    m[first(m)] = m[1]
    for m[0], m[2] in [(x, m[0])]:
        x[2] = m[2, 1] * x[1]
    return np.sum(m * m * m) + np.sum(x * x)


inputs = [(np.array([0.4, 0.6, 1.1]), np.array([[0.5, 0.7, 1.3], [0.2, 0.9, 0.4], [1.2, 0.8, 0.6]]))]
wrt = (0, 1)

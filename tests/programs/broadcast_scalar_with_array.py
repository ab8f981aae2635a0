"""A scalar with an array under every operator, on either side."""
import numpy as np


def program(x, v):
    a = x + v - x
    b = (x - v) * x
    c = x / v + v / x
    d = x**v + v**x
    return np.sum(a * b) + np.sum(c * d)


inputs = [(1.7, np.array([0.9, 0.4, 1.3])), (np.float64(0.6), np.array([[0.9, 0.4]]))]
wrt = (0, 1)

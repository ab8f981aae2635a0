"""The same array stands on both sides of an operator or function."""
import numpy as np


def program(m, v):
    products = np.sum(v * v) + v @ v + np.sum(m @ m) + np.sum(np.outer(v, v))
    return products + np.sum(v / v) + np.sum(v - v) + np.sum((v + v) ** 2)


inputs = [(np.array([[0.7, 0.2], [-0.5, 0.8]]), np.array([0.9, -0.4]))]
wrt = (0, 1)

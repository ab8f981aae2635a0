"""Zero-dimensional arrays in and out."""
import numpy as np


def program(x, v):
    return np.sum(x * v) * x + np.sin(x)[()]


inputs = [(np.array(0.9), np.array([0.7, -0.4]))]
wrt = (0, 1)

"""A result of more dimensions than any parameter, by its pullback."""
import numpy as np


def program(x, v):
    return np.sin(v[:, None] * v) * x, x + np.zeros(3)


inputs = [(0.7, np.array([0.9, -0.4]))]
wrt = (0, 1)

"""A bound of complex values: which of two is larger has no derivative."""
import numpy as np


def program(x):
    z = np.clip(x * np.exp(1j * x), -0.5, 0.6)  # refused: complex value
    return np.sum(z.real)


inputs = [(np.array([0.3, 1.2]),)]
wrt = (0,)

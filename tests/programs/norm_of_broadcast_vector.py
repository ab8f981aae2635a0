"""The norm of a matrix that a vector of length 1 was broadcast to: adjoints are divided as NumPy divides, and added."""
import numpy as np


def program(x, a):
    scaled = a * x[:, None]
    return np.linalg.norm(np.abs(scaled - x - 0.05) + 3.0)


matrix = np.array([[0.6, 0.3], [0.1, 0.9]])
inputs = [(np.array([0.3]), matrix), (np.array([0.3, 0.8]), matrix)]
wrt = (0, 1)

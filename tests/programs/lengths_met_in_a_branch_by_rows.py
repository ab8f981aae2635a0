"""A vector that meets rows of a known length in a branch may be of another length elsewhere."""
import numpy as np


def program(x, s):
    total = 0.0
    if len(x) == 2:
        total = np.sum(x * np.eye(2)) + np.sum(np.where(x > 0.5, np.full((2, 2), s), x))
    if len(x) == 4:
        total = x @ np.array([0.1, s, 0.3, -0.2])
    return np.sum(x * x) * s + total


inputs = [(np.array([0.3, 0.7, 1.1]), 0.5), (np.array([0.3, 0.7]), 0.5), (np.array([0.3, 0.7, 1.1, 0.4]), 0.5)]
wrt = (0, 1)

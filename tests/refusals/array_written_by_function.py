"""``np.add.at`` and its kind write into their first argument."""
import numpy as np


def program(x):
    y = np.zeros(2)
    np.add.at(y, [0, 0, 1], x)  # refused: \bat\b|add|in.?place
    return np.sum(y * y)


inputs = [(np.array([1.0, 2.0, 3.0]),)]
wrt = (0,)

"""A loop puts an array of each round into a list, and the last one is updated behind it."""
import numpy as np


def program(x, n):
    kept = []
    y = x * 1.0
    for _ in range(n):
        y = np.sin(y)
        kept.append(y)
    y[0] = 2.0
    return np.sum(np.array(kept) ** 2)  # refused: updated in place after it was put there


inputs = [(np.array([0.7, -0.4]), 2)]
wrt = (0,)

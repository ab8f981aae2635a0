"""A loop updates the array that the round before has put into a list."""
import numpy as np


def program(x, n):
    kept = []
    y = x * 1.0
    for _ in range(n):
        y[0] = 2.0 * y[1]
        y = np.sin(y)
        kept.append(y)  # refused: updated in place after it was put there
    return np.sum(np.array(kept) ** 2)


inputs = [(np.array([0.7, -0.4]), 2)]
wrt = (0,)

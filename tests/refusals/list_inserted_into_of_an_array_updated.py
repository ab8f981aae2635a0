"""A list into which a loop inserts the items of another holds an array that is updated afterwards."""
import numpy as np


def program(x, a):
    y = x * 1.0
    rows = []
    for _ in range(2):
        rows.append(y)
    kept = []
    for k in range(2):
        kept.insert(0, rows[k])
    y *= a
    return np.sum(kept[0] * x)  # refused: updated in place after it was put there


inputs = [(np.array([0.7, -0.4]), 0.8)]
wrt = (0, 1)

"""A list that a loop changes holds an array that the loop around it updates."""
import numpy as np


def program(u, n):
    a = u * 1.0
    rows = [a]
    for _ in range(n):
        a[0] = a[1] * a[2]
        for _ in range(n):
            rows.append(rows[-1] * rows[0])  # refused: updated in place after it was put there
    return np.sum(rows[0] * rows[-1])


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]), 2)]
wrt = (0,)

"""Lists that are repeated, perhaps no times, and that are empty."""
import numpy as np


def program(x, a, k):
    empty = []
    total = a
    for step in range(2):
        empty = empty * 2
        total = total + sum([a, x[step]] * k)
    rows = [x * a]
    for _ in range(2):
        rows.append(rows[-1] * a)
    return total + len(empty) + sum([np.sum(row) for row in rows * k])


inputs = [(np.array([0.7, -0.4, 1.1]), 0.8, 2), (np.array([0.7, -0.4, 1.1]), 0.8, 0)]
wrt = (0, 1)

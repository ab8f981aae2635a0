"""Loop targets that nest and star."""
import numpy as np


def program(rows, m):
    total = 0.0
    for first, *rest in rows:
        total = total * first + sum(rest)
    for i, (a, (b, *c)) in enumerate([(rows[0][0], rows[1]), (total, rows[0])]):
        total = total + a * b * (len(c) + i)
    for left, right in m:
        total = total + left**2 * right
    return total


inputs = [([[0.5, 1.2, -0.3], [0.8, 3.0]], np.array([[0.7, 0.2], [-0.5, 0.8]]))]
wrt = (0, 1)

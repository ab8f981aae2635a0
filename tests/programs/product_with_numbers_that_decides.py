"""A branch that is taken where two products are equal to the last digit, when one of them is computed again."""
import numpy as np


def program(x, w):
    least = (x * w[0] * 0.7)[1]
    total = 0.0
    for i in range(len(w)):
        d = x * w[i] * 0.7
        if d[1] <= least:
            total += np.sum(np.sin(d)) ** 2
        else:
            total += np.sum(d**2)
        x = 1.1 * x + 0.1 * np.sin(x)
    return total


inputs = [(np.array([0.3, x, 1.2]), np.array([0.9, 0.8, 1.1])) for x in (0.9, 1.5, 2.1)]
wrt = (0,)

"""An array that one round binds, and that others read by element: before the loop it is unbound."""
import numpy as np


def program(x, rounds):
    d = x * 1.0
    for _ in range(rounds):
        for j in range(len(x)):
            if j == 0:
                prev = d.copy()
                d = np.empty_like(prev)
            d[j] = prev[j] * x[j] + prev[0]
    return np.sum(d)


inputs = [
    (np.array([0.7, -1.2, 0.4]), 3), (np.array([0.7, -1.2, 0.4]), 0), (np.array([0.7]), 2), (np.array([]), 2),
]
wrt = (0,)

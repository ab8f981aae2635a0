"""Numbers that NumPy's own generator draws in a loop, which is seeded."""
import numpy as np


def program(x, spread, n):
    np.random.seed(3)
    total = 0.0
    for _ in range(n):
        path = x
        for _ in range(3):
            path = path * np.exp(spread * np.random.normal() + 0.01 * np.random.uniform(-1.0, 1.0))
        total += max(path - 0.7, 0.0) * np.random.rand()
    return total / n


inputs = [(0.7, 0.3, 5)]
wrt = (0, 1)

"""Elements read one by one in loops, with repeats and neighbours."""
import numpy as np


def program(v, n):
    total = 0.0
    for i in range(1, len(v) - 1):
        total = total + (v[i + 1] - 2 * v[i] + v[i - 1]) ** 2
        for j in range(n):
            total = total + v[i] * v[(i * j) % len(v)]
    return total


inputs = [(np.array([0.9, -0.4, 1.3, 0.6, -0.8]), 3)]
wrt = (0,)

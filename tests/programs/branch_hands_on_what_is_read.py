"""In one branch an array is another name of what the round goes on to read, in the other one of its own."""
import numpy as np


def program(x, w, n):
    total = 0.0
    for k in range(n):
        step = np.sin(x * k) + w
        if k % 2 == 1:
            chosen = np.zeros(4)
        else:
            chosen = step
        total += np.sum(chosen * w) + np.sum(step * step)
    return total


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]), np.array([0.3, 0.9, -0.6, 0.5]), 5)]
wrt = (0, 1)

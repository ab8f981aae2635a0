"""A loop that updates an array until a test on it ends the loop."""
import numpy as np


def program(x):
    n = 0
    while True:
        x[n % 4] *= 1.0 + x[(n + 1) % 4] ** 2
        if np.sum(x**2) > 6.0 or n > 20:
            break
        x[1:] += 0.1
        n += 1
    return np.sum(x)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

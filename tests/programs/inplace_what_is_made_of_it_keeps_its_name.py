"""What is computed again of an array that was updated since has the name that it had in the forward sweep."""
import numpy as np


def program(x, v, k, steps):
    x = x.copy()
    v = v.copy()
    for _ in range(steps):
        d = x[:, None] - x[None, :]
        s = d * d + 0.5
        v += 0.1 * (np.sum(d / (s * np.sqrt(s)), axis=1) - k * x)
        x += 0.1 * v
    return np.sum(x**2)


inputs = [(np.array([0.4, -0.9, 1.3]), np.array([0.1, 0.2, -0.3]), 0.6, steps) for steps in (0, 1, 3)]
wrt = (0, 1, 2)

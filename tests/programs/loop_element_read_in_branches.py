"""An element that is read in a branch, and once more behind it; what is read is the same when the loop has ended."""
import numpy as np


def program(x, y, c):
    u = np.zeros(len(x))
    s = 0.0
    for i in range(1, len(x)):
        s = y[i] if u[i] >= 0.3 else u[i - 1]
        if c <= u[i - 1]:
            u[i] = max(c if u[i] >= 0.1 else s, 0.2)
        else:
            u[i] = x[i] * c
    return s + np.sum(u * y)


inputs = [
    (np.array([-0.1, 0.8, -0.7, -0.9]), np.array([-1.2, -0.7, 0.6, 1.2]), -0.3),
    (np.array([0.4, -0.6, 0.5]), np.array([0.3, 0.9, -0.5]), 0.4),
]
wrt = (0, 1, 2)

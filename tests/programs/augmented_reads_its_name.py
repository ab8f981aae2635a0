"""Names that are bound to arithmetic on what they were, and on single elements of that."""
import numpy as np


def program(x, w, rounds):
    y = x * 2.0
    y = y * y - y[1]
    y = np.sin(y) - y[0] * y
    z = w.copy()
    z[:] = z * z * z[-1]
    for _ in range(rounds):
        z = w * z - z[0]
        z = z / np.sqrt(1.0 + np.sum(z * z))
    count = len(x)
    first = count
    count = 0.0
    for k in range(first):
        count = count + x[k] * y[k]
    return np.sum(y * z) + count


inputs = [
    (np.array([0.7, -0.4, 1.1]), np.array([0.3, 0.9, -0.6]), 2),
    (np.array([0.7, -0.4]), np.array([0.3, 0.9]), 0),
]
wrt = (0, 1)

"""Arrays that a loop tapes, whole, where a branch stands between it and the loop around it."""
import numpy as np


def program(x, z, s):
    for i in range(3):
        if s * i < 0.2:
            for _ in range(4):
                x = np.sqrt(1.0 + (z + x) ** 2)
                x += np.sin(x)
    if s > 0.0:
        for _ in range(2):
            x = np.exp(-x) * z
            x += np.sin(x)
    return np.sum(np.sin(x))


inputs = [(np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.5, 0.2, 0.1, 0.3]), 0.15)]
wrt = (0, 1, 2)

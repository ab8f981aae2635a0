"""A selection whose other outcome is part of the first one."""
import numpy as np


def program(x, a):
    depth = np.zeros(3)
    for _ in range(3):
        gap = np.sin(depth + x) * a
        depth = np.where(gap > 0.1, depth + 0.8 * gap, depth)
    return np.sum(depth * depth)


inputs = [(np.array([0.3, 1.2, -0.4]), 0.7)]
wrt = (0, 1)

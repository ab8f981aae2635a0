"""``linspace`` between ends that carry derivatives."""
import numpy as np


def program(low, high):
    grid = np.linspace(low, high, 5)
    return np.sum(np.sin(grid) * (grid[1] - grid[0]))


inputs = [(0.3, 1.9)]
wrt = (0, 1)

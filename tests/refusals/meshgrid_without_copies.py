"""np.meshgrid without copies gives views that are read over and over; no derivative rule has the keyword."""
import numpy as np


def program(x, y):
    u, v = np.meshgrid(x, y, copy=False)  # refused: np.meshgrid
    return np.sum(u * v * v)


inputs = [(np.array([0.4, -0.8, 1.3]), np.array([1.1, 0.3]))]
wrt = (0, 1)

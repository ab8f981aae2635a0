"""A mask inside of another one is taken away, or put together with it, only where what it masks is no gradient."""
import numpy as np


def program(x, y, c):
    masked = np.where(x > 0.0, (y + np.sqrt(x)) * c, 0.0)
    return np.sum(masked) + np.sum(np.where(c > x, c + np.where(c > 3.0 * x, x, 0.0), 0.0))


inputs = [(np.array([0.3, -0.2, 0.5, 1.4]), np.array([0.4, 0.5, 0.6, 0.7]), np.array([2.0, 3.0, 4.0, 0.9]))]
wrt = (0, 1)

"""Products of the elements so far, where there may be none."""
import numpy as np


def program(x, m):
    m -= np.cumprod(x)
    return np.sum(np.cumprod(m) ** 2) + np.sum(x * x)


inputs = [
    (np.zeros(0), np.zeros((2, 0))),
    (np.array([0.4, 0.6, 1.1]), np.array([[0.5, 0.7, 1.3], [0.2, 0.0, 0.4]])),
]
wrt = (0, 1)

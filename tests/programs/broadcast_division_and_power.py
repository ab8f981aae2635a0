"""``/`` and ``**`` whose scalar operand, active or constant, is broadcast."""
import numpy as np


def program(v, x):
    a = v / np.sum(v) + v ** np.sum(v * x)
    b = x / v + (2.0**v) ** x + v**2 / x
    return np.sum(a**2) + np.sum(b)


inputs = [(np.array([0.9, 0.4, 1.3]), 0.7)]
wrt = (0, 1)

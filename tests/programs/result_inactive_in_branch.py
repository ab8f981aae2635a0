"""A branch whose result does not depend on the parameter: the gradient there is zero."""
import numpy as np


def program(x, v):
    if x > 1:
        return 3.0
    if x > 0:
        return np.sum(v) * 0.5
    return x * np.sum(v)


inputs = [(2.0, np.array([0.9, -0.4])), (0.5, np.array([0.9, -0.4])), (-0.5, np.array([0.9, -0.4]))]
wrt = (0, 1)

"""``*=`` on another name of an active array changes both."""
import numpy as np


def program(x):
    y = x * 1.0
    z = y
    z *= 3.0
    return np.sum(y * z)


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)

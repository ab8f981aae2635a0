"""A write of an active value into an array that carried none before."""
import numpy as np


def program(x):
    y = np.zeros(3)
    for i in range(3):
        y[i] = x * i
    return np.sum(y**2)


inputs = [(1.5,)]
wrt = (0,)

"""A carried array changes its shape from one iteration to the next."""
import numpy as np


def program(v):
    while len(v) > 1:
        v = v[1:] * v[:-1] + v[0]
    return v[0]


inputs = [(np.array([0.5, -1.2, 0.8, 0.3]),), (np.array([0.5]),)]
wrt = (0,)

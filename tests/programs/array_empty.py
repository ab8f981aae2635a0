"""Empty arrays: sums of nothing, empty slices and concatenations."""
import numpy as np


def program(v, x):
    nothing = v[len(v):]
    joined = np.concatenate([v, nothing * x])
    return np.sum(nothing) + np.sum(joined**2) * x


inputs = [(np.array([0.9, -0.4]), 0.7), (np.zeros(0), 0.7)]
wrt = (0, 1)

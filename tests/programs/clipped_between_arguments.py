"""Roots of what is clipped between numbers that are known at run time: where it was cut off, nothing is infinite."""
import numpy as np


def program(x, low, high):
    total = np.sum(np.sqrt(np.clip(x, low, high))) + np.sum(np.sqrt(np.fmax(x, low)))
    total += np.sum(np.sqrt(np.minimum(np.maximum(x, low), high)))
    for value in x:
        total += np.sqrt(np.maximum(np.minimum(value, high), low))
    return total


inputs = [(np.array([-1.0, 0.25, 2.0, -0.5]), 0.0, 1.0), (np.array([-1.0, 0.25, 0.5, 0.1]), 0.2, 0.4)]
wrt = (0,)

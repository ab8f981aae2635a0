"""What np.split gives are views: they are read before the array is updated, and never after."""
import numpy as np


def program(x):
    u = x * 1.0
    upper, lower = np.split(u, 2)
    sides = np.hsplit(u, 2)
    first = np.sum(upper * lower) + np.sum(sides[0] * sides[1] * sides[1])
    u[0] *= u[2, 1]
    return first + np.sum(u * u * u)


inputs = [(np.array([[0.4, -0.8], [0.6, 1.2], [0.9, -0.5], [1.1, 0.3]]),)]
wrt = (0,)

"""Arrays that each round makes, of which inner rounds give one the name of another, and that are read before."""
import numpy as np


def program(u, n):
    total = 0.0
    for _ in range(n):
        first = np.ones(len(u))
        second = np.zeros(len(u))
        first[1:] = first[1:] + 0.5 * u[1:]
        second[1:] = u[:-1] ** 2
        total = total + np.sum(first**2)
        for _ in range(2):
            first = second
            second[1:] += u[1:]
        total = total + np.sum(first**3)
    return total


inputs = [(np.array([0.9, -0.4, 1.3, 0.2]), 3), (np.array([0.5, 0.7]), 0)]
wrt = (0,)

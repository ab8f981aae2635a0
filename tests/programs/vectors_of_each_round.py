"""Rounds that add to an energy write small arrays before they read them: nothing of these is of another round."""
import math

import numpy as np


def program(x, k):
    energy = 0.0
    b1 = np.empty(3)
    b2 = np.zeros(3)
    for i in range(len(x) - 1):
        energy += math.sin(x[i + 1, 0] - x[i, 2])
    for i in range(len(x) - 2):
        for d in range(3):
            b1[d] = x[i + 1, d] - x[i, d]
            b2[d] = x[i + 2, d] - x[i + 1, d]
        b1[0] *= k
        area = b1[1] * b2[2] - b1[2] * b2[1]
        energy += k * (area + b1[0] * b2[0]) ** 2
    weights = np.ones(2)
    for i in range(len(x)):
        weights[0] = x[i, 0] * x[i, 1]
        energy += weights[0] * weights[1]
    return energy


inputs = [(np.array([[0.1, 0.4, -0.3], [1.3, -0.2, 0.8], [2.2, 0.9, 0.5], [2.9, 1.7, -0.6]]), 1.4),
          (np.array([[0.1, 0.4, -0.3]]), 1.4)]
wrt = (0, 1)

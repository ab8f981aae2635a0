"""Roots, exponentials and masks that every round of a loop computes again of the same numbers; loops without rounds."""
import math

import numpy as np


def program(x, dt, z, rate):
    for t in range(len(z)):
        root = np.sqrt(dt)
        decay = math.exp(-3.0 * dt)
        x = x * decay + root * rate * z[t] * np.sin(x)
        for j in range(t):
            near = np.tri(3) > 0.0
            x = x + 0.1 * np.sum(np.where(near, np.log(np.cosh(rate)) * x * x, 0.0))
    k = 0
    while k < len(z) - 1:
        x = x * np.tanh(rate) ** 2 + np.exp(-np.arange(3.0))[k % 3]
        k += 1
    return x


inputs = [(0.3, 0.1, np.array([0.4, -0.2, 0.7]), 0.6), (0.5, 0.2, np.array([0.3]), 0.4), (0.7, 0.3, np.zeros(0), 0.9)]
wrt = (0, 1, 2, 3)

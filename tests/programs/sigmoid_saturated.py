"""Sigmoids of arrays and numbers, saturated ones among them: the slope is s (1 - s)."""
import math

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def program(x, w):
    total = np.sum(sigmoid(w * x) * x)
    for k in range(3):
        s = 1 / (1 + math.exp(w - k))
        total = total + s * math.exp(w - k) + 1.0 / (1.0 + math.exp(s))
    return total


inputs = [(np.array([-30.0, -2.0, 0.0, 1.5, 30.0]), 0.7)]
wrt = (0, 1)

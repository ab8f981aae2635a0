"""Soft dynamic time warping: a table filled row by row from its neighbours."""
import math

import numpy as np


def program(x, y, gamma):
    table = np.full((len(x) + 1, len(y) + 1), 1e3)
    table[0, 0] = 0.0
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            a, b, c = table[i - 1, j], table[i, j - 1], table[i - 1, j - 1]
            low = min(a, b, c)
            total = math.exp((low - a) / gamma) + math.exp((low - b) / gamma) + math.exp((low - c) / gamma)
            table[i, j] = cost + low - gamma * math.log(total)
    return table[-1, -1]


inputs = [(np.array([0.1, 0.9, 0.4]), np.array([0.0, 1.2, 0.7, 0.3]), 0.5)]
wrt = (0, 1, 2)

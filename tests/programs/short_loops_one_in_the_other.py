"""Short loops are written out one in the other: what the inner one leaves is read in each round of the outer one."""
import math

import numpy as np


def program(a, b, s):
    n = len(b)
    a = a.copy()
    total = 0.0
    for i in range(n):
        row = a[i]
        row += b
    for i in range(n):
        row = a[1]
        for j in range(2):
            d = b * a[-1, i]
            for k in range(1, 4):
                d[n - 1 - k] = math.sin(d[j - 1] * b[n - 1 - i] * s)
                a *= 0.7
            a[-1, n - 1 - j] = math.sin(np.sum(a[:, i])) * d[0]
        total += row[i] * b[i]
    return total + a[-1, -1]


inputs = [(np.array([[0.3, 0.7, -0.4, 1.1], [0.5, -0.2, 0.9, 0.6], [0.1, 0.8, -0.6, 0.4], [0.2, -0.7, 0.5, 1.3]]),
           np.array([0.4, -0.7, 0.2, 0.9]), 0.8)]
wrt = (0, 1, 2)

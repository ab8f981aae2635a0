"""Divisors that are the same in all rounds, of numbers that say how long the rounds' tapes are."""
import math

import numpy as np


def program(a, b):
    n = len(b)
    a = a.copy()
    total = 0.0
    for i in range(1, n):
        for j in range(n - 1, i, -1):
            a[j] = math.sin(a[j] * a[i]) / (1.5 + (n - 1) ** 2)
            total += a[j] * b[n - 1 - i]
        for j in range(n - 1):
            b_j = b[j] / (n - 1 + 0.5)
            a[j] = math.cos(a[j] * b_j)
    return total + np.sum(a * a)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]), np.array([0.2, 0.9, -0.6, 0.5])), (np.array([0.7]), np.array([0.4]))]
wrt = (0, 1)

"""Tests of numbers are one value, in a loop found again of its index; a test that may fail stays under the first."""
import math

import numpy as np


def program(x, v):
    total = 0.0
    n = len(v)
    for i in range(n + 2):
        if i % 2 == 0 and i > 0 or i == 5:
            total += x * math.sin(total + x)
        if i < n and v[i] > 0.0 and 1.0 / v[i] < 100.0:
            total += v[i] * x
        if 0 <= i < n and not (i == 1 or i >= 3):
            total = total * v[i]
        if 0 < i < n and total <= v[i] < x:
            total -= x * x
        inside = i > 1 and i < n
        if inside and (total > 1.1 or total < -1.1):
            total /= 2.0
        total += inside * x
    while abs(total) > 0.1 and n > 0:
        total *= 0.5 * x
        n -= 1
    return total


inputs = [(0.9, np.array([0.7, 0.0, -0.4, 1.2])), (1.3, np.array([-0.7, 0.4])), (0.4, np.array([0.0]))]
wrt = (0, 1)

"""What a round leaves in an array is computed with, and a loop behind it updates the array further."""
import math

import numpy as np


def program(a, b):
    total = 0.0
    for i in range(len(a)):
        b[i] = math.sin(a[i])
        c = b * a
        for j in range(3):
            total += math.sin(c[j]) * c[0]
    for _ in range(3):
        b[1:] = np.sin(b[:-1]) * a[1:]
        total += np.sum(np.cos(b) * a)
    for i in range(len(a)):
        b[i] = math.sin(b[i - 1])
        total += b[2] * b[0]
    return total


inputs = [(np.array([0.3, 0.7, -0.4, 1.1]), np.array([0.5, -0.2, 0.9, 0.6]))]
wrt = (0, 1)

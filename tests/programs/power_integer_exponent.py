"""Powers of numbers whose exponents are counted in a loop, a power of zero among them, and exponents that vary."""
import math

import numpy as np


def program(up, down, y, n):
    total = 0.0
    for j in range(n):
        total += up**j * down ** (n - 1 - j) + math.pow(up, j) + (up - down) ** j * np.float64(up) ** (j - 2)
    return total + up**y + math.pow(down, y) + 0.0**j


inputs = [(1.1, 0.7, 1.6, 4), (0.9, 0.9, 2.0, 3)]
wrt = (0, 1, 2)

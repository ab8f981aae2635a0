"""Elements that are updated from products of their neighbours, in loops in loops, and read after the loop."""
import math

import numpy as np


def program(a, w):
    total = 0.0
    for sweep in range(2):
        for i in range(1, a.shape[0] - 1):
            for j in range(1, a.shape[1] - 1):
                flux = a[i - 1, j] * a[i + 1, j] - w * a[i, j - 1]
                a[i, j] = 0.5 * a[i, j] + math.sin(flux * a[i, j + 1]) * flux
            total += a[i, 1] * a[i - 1, 2]
    return total + np.sum(a * a)


inputs = [(np.array([[0.2, 0.7, -0.4, 0.9], [0.3, -0.6, 0.8, 0.1], [0.5, 0.4, -0.2, 0.6], [-0.3, 0.2, 0.7, 0.4]]), 0.3)]
wrt = (0, 1)

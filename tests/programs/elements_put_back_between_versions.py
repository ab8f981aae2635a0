"""Inner loops read elements of arrays while others change: each is put back before it is read in reverse."""
import math

import numpy as np


def program(a, b):
    n = len(b)
    e = 0.0
    for i in range(n - 1, -1, -1):
        b[(i + 1) % n] = math.sin(a[i, i])
        for j in range(i + 1):
            a[n - 2, 0] = math.sin(math.sin(b[j]))
        e += (a[i, n - 1 - i] - b[i]) / (1.5 + a[n - 1 - i, i] ** 2) * b[i] * a[i, (i + 1) % n]
    for i in range(n - 1, 0, -1):
        for j in range(i + 1):
            for k in range(max(i - 1, 0), min(i + 2, n)):
                b[k] = math.sin(b[k - 1])
            e += (a[n - 1 - j, i] - a[i, -1]) / (1.5 + b[i - 1] ** 2) * b[j] * a[i, i - 1]
    return e


inputs = [(np.array([[0.13, -0.13, 0.64, 0.1], [-0.54, 0.36, 1.3, 0.95], [-0.7, -1.27, -0.62, 0.04],
                     [-2.33, -0.22, -1.25, -0.73]]), np.array([-0.54, -0.32, 0.41, 1.04]))]
wrt = (0, 1)

"""An array that an inner loop writes a number to, and that depends on an input by what is written behind that loop."""
import math

import numpy as np


def program(x, c):
    u = np.zeros(len(x))
    s, q = 0.0, 0.7 * c
    for i in range(1, len(x)):
        for j in range(2):
            u[i] = -0.05
            s = u[i - 1]
            if c > x[j]:
                q = math.sin(x[i] if s > 0.0 else u[i])
        u[i] = s + c
    return s + 0.3 * q + np.sum(u * x)


inputs = [(np.array([-0.4, 0.8, -0.7, 0.9]), 0.3), (np.array([0.5, -0.8, 0.2]), -0.4)]
wrt = (0, 1)

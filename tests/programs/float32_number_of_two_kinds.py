"""A number that is NumPy's at first and Python's own later does not make single precision double."""
import math

import numpy as np


def program(w, g, n):
    w = w.copy()
    t = min(g @ g, 2.0)
    for i in range(n):
        w += 0.3 * np.tanh((w + w) * t)
        t = math.sin(np.sum(g))
        if i != 0:
            w = np.tanh((w + w) * t)
        else:
            w += 0.3 * np.tanh(w + w)
    return np.sum(w)


inputs = [(np.array([0.7, -0.4, 1.1], np.float32), np.array([0.3, 0.8], np.float32), 3)]
wrt = (0, 1)

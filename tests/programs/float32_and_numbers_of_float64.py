"""Numbers that are computed from arrays of single precision, and go into arrays of double precision."""
import math

import numpy as np


def program(w):
    total = 0.0
    for _ in range(2):
        total += math.sin(np.sum(w * w))
        w = np.cos(w)
    wide = np.linspace(0.5, 1.0, 3) * total
    return np.sum(wide * wide)


inputs = [(np.array([0.3, -0.7, 0.5], dtype=np.float32),)]
wrt = (0,)

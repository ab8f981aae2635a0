"""Parameters and locals named like builtins and modules that the derivative calls."""
import math

import numpy as np


def damped(v, rounds):
    for _ in range(rounds):
        v = np.sin(v) * max(v[0], 0.1)
    return v


def rounded(v):
    return v * v + round(v)


def program(x, np, range, len, max=1.5, copy=0.5):
    y = damped(x, len) * range
    y[1] *= np
    kept = [y * copy, y * max]
    round = kept[0][0] * kept[1][1]
    return round * rounded(y[2]) + math.sin(np * max)


inputs = [(np.array([0.7, 0.4, 1.1]), 0.9, 1.2, 2), (np.array([0.7, 0.4, 1.1]), 0.9, 1.2, 0, 0.3, 1.7)]
wrt = (0, 1, 2)

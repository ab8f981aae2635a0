"""A loop whose test joins several tests, with a short circuit that guards the next one."""
import numpy as np


def program(v, limit):
    i = 0
    total = 1.0
    while i < len(v) and (v[i] > 0 or total > limit) and not total > 50:
        total = total * (1 + v[i])
        i += 1
    return total * v[0]


inputs = [
    (np.array([0.9, 1.4, -0.3, 0.5]), 2.0),
    (np.array([0.9, -0.4, 0.5]), 5.0),
    (np.array([9.0, 8.0, 1.0]), 2.0),
]
wrt = (0,)

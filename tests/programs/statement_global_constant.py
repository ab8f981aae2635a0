"""Module-level constants: numbers, arrays, dicts and a nested attribute."""
import math

import numpy as np

RATE = 0.3
WEIGHTS = np.array([0.9, -0.4])
TABLE = {"scale": 2.0, "offsets": [0.1, 0.2]}


class Settings:
    power = 3


def program(v):
    y = np.sum(v * WEIGHTS) ** Settings.power + RATE * math.pi
    return y * TABLE["scale"] * v[0] + TABLE["offsets"][1] * v[1]


inputs = [(np.array([0.9, 1.4]),)]
wrt = (0,)

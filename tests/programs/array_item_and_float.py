"""``item``, ``float`` and ``tolist`` take active numbers out of arrays."""
import math

import numpy as np


def program(v):
    a = float(v[0])
    b = v[1].item()
    c = (v @ v).item()
    return math.sin(a * b) * float(np.sum(v)) + math.sqrt(c)


inputs = [(np.array([0.9, -0.4, 1.3]),)]
wrt = (0,)

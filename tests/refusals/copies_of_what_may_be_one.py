"""Two arrays that may be one are copied together, and one of the copies is updated in place."""
import copy

import numpy as np


def program(x, n):
    a = x * 1.0
    b = a if n > 1 else np.cos(x)
    both = copy.deepcopy([a, b])
    both[0] *= x
    return np.sum(both[1] * a)  # refused: updated in place after it was put there


inputs = [(np.array([0.7, -0.4, 1.1]), 2)]
wrt = (0,)

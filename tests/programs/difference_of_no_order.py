"""np.diff with n=0 gives its argument itself."""
import numpy as np


def program(x):
    u = x * 1.0
    same = np.diff(u, n=0)
    same[0] *= 2.0
    u[1] *= same[2]
    return np.sum(same * same) + np.sum(np.diff(u, n=2) ** 2)


inputs = [(np.array([0.4, -0.8, 1.3]),)]
wrt = (0,)

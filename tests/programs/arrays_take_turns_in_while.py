"""Arrays change names in a while loop: what one is in a round, and taped as, another is afterwards."""
import numpy as np


def program(x):
    u = x * 1.0
    v = x * x
    w = x * 4.0
    k = 0
    while k < 3:
        w = w * u
        v, u = u, v * 2.0
        w, v = v, w
        k += 1
    v[-1] = v[0]
    return np.sum(v * w)


inputs = [(np.array([0.71, 0.463, 1.317]),)]
wrt = (0,)

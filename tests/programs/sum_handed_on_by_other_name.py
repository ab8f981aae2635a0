"""A loop sums up an array and fills it with the sum: the reverse sum is the array's adjoint in the next round."""
import numpy as np


def program(x, n):
    v = x * x
    w = np.zeros(3)
    s = x[1]
    for _ in range(n):
        s = s + np.sum(v)
        v.fill(s)
    return np.sum(v * w) + s * s


inputs = [(np.array([0.71, 0.463, 1.317]), 2)]
wrt = (0,)

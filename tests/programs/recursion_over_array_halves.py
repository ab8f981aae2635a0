"""Divide and conquer over the halves of a vector."""
import numpy as np


def combine(v):
    n = len(v)
    if n == 1:
        return v[0]
    left, right = combine(v[: n // 2]), combine(v[n // 2 :])
    return left * right + left


def program(v):
    return combine(v)


inputs = [(np.array([0.9, 0.4, 1.3, -0.2, 0.7]),)]
wrt = (0,)

"""A helper that returns its argument unchanged, or one of two."""
import numpy as np


def same(x):
    return x


def pick(flag, a, b):
    if flag:
        return a
    return b


def program(v, w, flag):
    a = same(v)
    b = pick(flag, a, w)
    return np.sum(a * b) + np.sum(pick(not flag, same(b), v) ** 2)


V, W = np.array([0.9, -0.4]), np.array([0.3, 1.2])
inputs = [(V, W, True), (V, W, False)]
wrt = (0, 1)

"""Imports inside functions, plain, renamed and from a module."""


def helper(x):
    from math import exp

    return exp(x)


def program(x):
    import math

    import numpy as np

    return math.sin(x) * helper(x) + np.cos(x)


inputs = [(0.7,)]
wrt = (0,)

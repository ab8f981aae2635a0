"""A loop over a tuple of functions."""
import math


def program(x):
    for function in (math.sin, math.exp, lambda y: y * x):
        x = function(x) + 0.1
    return x


inputs = [(0.9,)]
wrt = (0,)

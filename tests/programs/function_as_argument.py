"""Functions passed as arguments: helpers, lambdas and functions of a library."""
import math

import numpy as np


def twice(function, x):
    return function(function(x))


def cube(x):
    return x**3


def program(x):
    return twice(cube, x) + twice(math.sin, x) + twice(lambda y: y * x, x) + twice(np.tanh, x)


inputs = [(0.9,)]
wrt = (0,)

"""The differentiated function itself takes a function."""
import math


def program(function, x):
    return function(x) * function(2 * x)


inputs = [(math.sin, 0.9), (math.exp, 0.2)]
wrt = (1,)

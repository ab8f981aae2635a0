"""Newton's method for a function passed as an argument, with its derivative by hand."""
import math


def solve(function, derivative, x, tolerance=1e-13):
    step = 1.0
    while abs(step) > tolerance:
        step = function(x) / derivative(x)
        x = x - step
    return x


def program(a):
    return solve(lambda x: x * math.exp(x) - a, lambda x: (1 + x) * math.exp(x), 1.0)


inputs = [(2.7,), (0.4,)]
wrt = (0,)

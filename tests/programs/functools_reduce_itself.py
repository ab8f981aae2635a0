"""`functools.reduce` of lists, tuples and arrays, with a first value and without."""
import math
from functools import reduce


def program(xs, pair, values, w):
    chained = reduce(lambda so_far, x: math.tanh(so_far * w + x), xs, 0.5)
    product = reduce(lambda a, b: a * w + b, values)
    return chained * product + reduce(max, pair) * reduce(lambda a, b: a * b, pair, 1.0)


inputs = [([0.9, 0.4, 1.3], (0.2, -0.7, 0.5), [0.3, 1.1, -0.6], 0.8), ([0.4], (0.2,), [0.3], 0.8)]
wrt = (0, 1, 2, 3)

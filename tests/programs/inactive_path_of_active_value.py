"""Integers made from active values: ``int``, ``round``, ``len``, ``//``, comparisons."""
import math


def program(x, y):
    n = int(x) + round(y) + (x > y) + math.floor(y)
    for i in range(n):
        y = y * 0.9 + x
    return y * n


inputs = [(2.7, 1.2), (1.2, 2.3)]
wrt = (0, 1)

"""Whole exponents that are known only at run time, zero and negative ones among them."""
import math


def program(x, n):
    total = 0.0
    for k in range(n):
        total += max(x ** (n - 2 * k), 0.1) * x**k + math.pow(x, k - 1)
    return total


inputs = [(1.3, 5), (0.7, 4)]
wrt = (0,)

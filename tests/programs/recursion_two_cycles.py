"""Two functions that call each other, of which one calls itself as well."""
import math


def one(x, n):
    return x if n <= 0 else math.sin(two(x, n - 1)) * x


def two(x, n):
    return 1.0 if n <= 0 else two(x, n - 2) * 0.5 + one(x, n - 1) * x


def program(x, n):
    return two(x, n) + one(2.0 * x, n)


inputs = [(0.7, 4), (0.9, 3)]
wrt = (0,)

"""Two functions that call each other."""
import math


def even(x, n):
    return x if n == 0 else math.sin(odd(x, n - 1)) + x


def odd(x, n):
    return 1.0 if n == 0 else even(x, n - 1) * x


def program(x, n):
    return even(x, n) * odd(x, n)


inputs = [(0.9, 4), (0.9, 3)]
wrt = (0,)

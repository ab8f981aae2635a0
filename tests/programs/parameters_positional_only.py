"""Positional-only parameters, before others."""


def inner(a, b, /, c, *, d):
    return a * b - c * d


def program(x, y, /):
    return inner(x, y, c=x * y, d=x) + inner(y, x, x, d=y)


inputs = [(0.8, -1.3)]
wrt = (0, 1)

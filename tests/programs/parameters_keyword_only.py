"""Keyword-only parameters with and without a default."""


def inner(x, *, scale, shift=1.0):
    return scale * x + shift


def program(x, y, *, offset=2.0):
    return inner(x, scale=y) * inner(y, shift=x, scale=offset)


inputs = [(0.8, -1.3)]
wrt = (0, 1)

"""Keyword arguments of an inner call given out of order."""


def blend(a, b, c):
    return a * b + c**2


def program(x, y):
    return blend(c=x, a=y, b=x * y) + blend(y, c=y, b=2.0)


inputs = [(0.8, -1.3)]
wrt = (0, 1)

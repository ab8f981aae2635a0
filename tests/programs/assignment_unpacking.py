"""Unpacking of tuples and nested tuples."""


def program(x, y):
    a, (b, c) = x * y, (x + y, x - y)
    [d, e] = a * b, c
    return d * e + a


inputs = [(0.7, -1.9)]
wrt = (0, 1)

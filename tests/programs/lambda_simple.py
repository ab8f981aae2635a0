"""Lambdas bound to names, with defaults, two on one line."""


def program(x, y):
    double, square = lambda z: 2 * z, lambda z, power=2: z**power
    return double(square(x)) + square(double(y), 3) + (lambda: x * y)()


inputs = [(0.9, 0.4)]
wrt = (0, 1)

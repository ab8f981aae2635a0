"""Augmented assignments whose right-hand side reads the name they change."""


def program(x, y):
    x -= x * x * y
    x /= x + y
    y **= x + y
    x *= x
    y += y * (x := x + y)
    return x * y


inputs = [(0.9, 0.4), (0.3, 1.7)]
wrt = (0, 1)

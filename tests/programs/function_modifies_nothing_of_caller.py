"""A helper binds its parameter anew; the caller's name keeps its value."""


def squeeze(x):
    x = x / (1 + x**2)
    x *= 3
    return x


def program(x):
    y = squeeze(x)
    return x * y + squeeze(y) * x


inputs = [(0.9,)]
wrt = (0,)

"""Early returns of tuples that are unpacked by the caller."""


def split(x):
    if x > 1:
        return x - 1, x**2
    return x, 0.5


def program(x, y):
    a, b = split(x)
    c, d = split(y)
    return a * b + c * d


inputs = [(2.0, 0.5), (0.5, 2.0)]
wrt = (0, 1)

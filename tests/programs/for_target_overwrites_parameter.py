"""Loops whose targets are parameters; the gradient is of what was passed in."""


def program(x, y):
    total = x * y
    for x in (y, 2.0, total):
        total = total * x
    for y, total in ((total, x), (x, total)):
        total = total + y**2
    return total * x


inputs = [(0.9, 0.4)]
wrt = (0, 1)

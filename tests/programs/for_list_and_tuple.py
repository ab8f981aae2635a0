"""Loops over a list and a tuple that carry derivatives."""


def program(xs, pair):
    y = 0.5
    for x in xs:
        y = y * x + x
    for p in pair:
        y = y * p
    for z in (y, xs[0], 2.0):
        y = y + z**2
    return y


inputs = [([0.5, -1.2, 0.8], (1.1, 0.3))]
wrt = (0, 1)

"""Augmented assignment of a float leaves the other name alone."""


def program(x):
    y = x * 2
    kept = y
    y += x**2
    y *= kept
    return y + kept


inputs = [(1.7,)]
wrt = (0,)

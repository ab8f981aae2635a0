"""A helper called with active and inactive arguments, several times, and nested in itself."""
import math


def bump(x, width):
    if x > width:
        return width * math.exp(-x)
    return x * width


def program(x, y):
    return bump(bump(x, y), 0.3) + bump(2.0, y) * bump(x, 1.0) + bump(0.5, 0.7)


inputs = [(0.9, 0.4), (0.1, 0.6)]
wrt = (0, 1)

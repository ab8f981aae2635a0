"""``*args, **kwargs`` passed straight on to another function."""
import math


def core(x, y, power=1, shift=0.0):
    return math.sin(x * y) ** power + shift


def wrapper(*args, **kwargs):
    return 2.0 * core(*args, **kwargs)


def program(x, y):
    return wrapper(x, y) + wrapper(x, y=y, power=2) + wrapper(x, y, shift=x * y)


inputs = [(0.8, 1.3)]
wrt = (0, 1)

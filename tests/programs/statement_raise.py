"""``raise`` under a test that is false for good arguments."""
import math


def checked_log(x):
    if x <= 0:
        raise ValueError(f"no logarithm of {x}")
    return math.log(x)


def program(x, mode):
    if mode == "log":
        return checked_log(x) * x
    elif mode == "square":
        return x**2
    else:
        raise KeyError(mode)


inputs = [(0.7, "log"), (0.7, "square")]
wrt = (0,)

"""What np.where gives of numbers is an array: a function that updates it updates it for its caller."""
import numpy as np


def shrink(value):
    value -= 0.25


def program(x):
    held = {"n": np.where(x > 0.0, x, -x)}
    shrink(held["n"])
    return held["n"] * x


inputs = [(0.8,)]
wrt = (0,)

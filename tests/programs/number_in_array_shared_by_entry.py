"""What np.where gives of numbers is an array: an entry of a list that is updated is updated for every name of it."""
import numpy as np


def program(x):
    held = [np.where(x > 0.0, x, -x)]
    before = held[0]
    held[0] += 1.0
    return held[0] * before


inputs = [(0.8,)]
wrt = (0,)

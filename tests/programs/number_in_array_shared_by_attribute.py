"""What np.where gives of numbers is an array: an attribute that is updated is updated for every name of it."""
import numpy as np


class Box:
    def __init__(self, number):
        self.number = number


def program(x):
    box = Box(np.where(x > 0.0, x, -x))
    before = box.number
    box.number += 1.0
    return box.number * before


inputs = [(0.8,)]
wrt = (0,)

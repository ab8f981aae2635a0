"""Objects that say how they are compared."""
import numpy as np


class Level:
    def __init__(self, height):
        self.height = height

    def __lt__(self, other):
        return self.height < other.height

    def __ge__(self, other):
        return not self < other


def program(x, a):
    low, high = Level(x[0] * a), Level(x[1])
    found = low.height if low < high else high.height * 2.0
    return found + (np.sum(x) if high >= low else a)


inputs = [(np.array([0.7, -0.4]), 0.9), (np.array([-0.7, 0.4]), 0.9)]
wrt = (0, 1)

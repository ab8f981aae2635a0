"""An object keeps an array that is updated outside, and the other way round."""
import numpy as np


class Box:
    def __init__(self, held):
        self.held = held

    def scale(self, by):
        self.held *= by


def program(x):
    y = x * 1.5
    box = Box(y)
    y[0] = x[1] ** 2
    box.scale(x[2])
    box.held[1] += y[0]
    return np.sum(y**2) + np.sum(box.held)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

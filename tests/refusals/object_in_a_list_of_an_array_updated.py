"""An object in a list holds an array that is updated in place afterwards."""
import numpy as np


class Held:
    def __init__(self, array):
        self.array = array


def program(x):
    b = np.cos(x)
    kept = []
    kept.append(Held(b))
    b *= x
    return np.sum(kept[0].array * b)  # refused: updated in place after it was put there


inputs = [(np.array([0.7, -0.4, 1.1]),)]
wrt = (0,)

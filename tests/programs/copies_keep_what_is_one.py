"""Copies of objects are objects of their own; what is in a deep copy twice is one thing there."""
import copy

import numpy as np


class Held:
    def __init__(self, array, number):
        self.array = array
        self.number = number


def program(x):
    a = x * 1.0
    held = Held(a, x[0])
    same = copy.copy(held)
    same.number = x[1] * 3.0
    pair = copy.deepcopy([a, {"again": a, "view": a[:]}])
    pair[0][1] *= x[0]
    both = copy.deepcopy((held, held))
    both[0].array[0] = x[2]
    both[1].number = x[1]
    return (np.sum(held.array * same.array) * held.number + same.number
            + np.sum(pair[0] * pair[1]["again"] * pair[1]["view"])
            + np.sum(both[1].array * a) * both[0].number)


inputs = [(np.array([0.7, -0.4, 0.9]),)]
wrt = (0,)

"""Objects that are made in the function and kept in lists: iterated, indexed, appended, and asked for their length."""
from dataclasses import dataclass

import numpy as np


@dataclass
class Line:
    slope: float
    start: float

    def at(self, x):
        return self.slope * x + self.start


class Pair:
    def __init__(self, one, two):
        self.one, self.two = one, two

    def __len__(self):
        return 2

    def __abs__(self):
        return np.sqrt(self.one**2 + self.two**2)


def program(x, y, n):
    total = 1.0
    for line in [Line(x, y[0]), Line(y[1], x)]:
        line.slope = line.slope * 2.0
        total = line.at(total)
    lines = [Line(x * value, value) for value in y]
    lines.append(Line(total, x))
    for line in lines:
        total = total + line.at(total) * 0.1
    pairs = [Pair(x, y[0]), Pair(total, y)]
    for i in range(n):
        total = total + pairs[0].one * lines[i].start
    return total * abs(pairs[0]) * len(pairs[0]) + np.sum(pairs[1].two) * pairs[1].one + lines[-1].start


inputs = [(0.7, np.array([0.4, -0.3, 0.9]), 2), (0.7, np.array([0.4, -0.3, 0.9]), 0)]
wrt = (0, 1)

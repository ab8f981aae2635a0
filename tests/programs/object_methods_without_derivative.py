"""Methods, properties and static methods of an object, and of a global one, that are given nothing active."""
import math


class Grid:
    def __init__(self, width, count):
        self.width, self.count = width, count

    def cell(self, i):
        return hash(i % self.count) + 1

    @property
    def last(self):
        return self.count - 1

    @staticmethod
    def weight(i):
        return hash(i) * 2

    @classmethod
    def base(cls, i):
        return cls.weight(i) + 1


coarse = Grid(0.5, 2)


def program(x, grid):
    total = 0.0
    for i in range(grid.last):
        total += math.sin(x * grid.cell(i)) * grid.weight(i) * grid.base(i) * grid.width
    return total * coarse.cell(3) * coarse.last * coarse.weight(1) * coarse.width


inputs = [(0.7, Grid(0.3, 4))]
wrt = (0,)

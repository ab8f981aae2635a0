"""An object that can be iterated over is taken apart by names."""


class Pair:
    def __init__(self, first, second):
        self.first, self.second = first, second

    def __iter__(self):
        return iter([self.first, self.second])


def program(x):
    one, two = Pair(x, x * x)  # refused: an object is unpacked here
    return one * two


inputs = [(0.7,)]
wrt = (0,)

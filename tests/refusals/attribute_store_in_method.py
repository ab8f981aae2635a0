"""A method keeps an active value in ``self`` between calls."""


class Accumulator:
    def __init__(self):
        self.total = 0.0

    def add(self, x):
        self.total += x  # refused: attribute
        return self.total


ACCUMULATOR = Accumulator()


def program(x):
    ACCUMULATOR.add(x)
    return ACCUMULATOR.add(x * x)


inputs = [(1.5,)]
wrt = (0,)

"""An object made inside from active values and read again."""


class Interval:
    def __init__(self, low, high):
        self.low = low
        self.width = high - low

    def middle(self):
        return self.low + self.width / 2


def program(x, y):
    interval = Interval(x * y, x**2)
    return interval.middle() * interval.width


inputs = [(0.9, 0.4)]
wrt = (0, 1)

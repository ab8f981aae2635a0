"""The parameter is a plain object; its gradient has the same attributes."""


class Line:
    def __init__(self, slope, offset, name):
        self.slope = slope
        self.offset = offset
        self.name = name

    def at(self, x):
        return self.slope * x + self.offset


def program(line, x):
    return line.at(x) * line.slope + len(line.name) * line.at(2.0)


inputs = [(Line(0.5, -1.2, "first"), 0.9)]
wrt = (0, 1)

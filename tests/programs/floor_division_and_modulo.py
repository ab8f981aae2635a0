"""``//`` is piecewise constant; ``%`` carries a derivative through both operands."""


def program(x, y):
    whole = x // y
    rest = x % y
    return whole * x + rest**2


inputs = [(7.3, 2.1), (-7.3, 2.1), (7.3, -2.1)]
wrt = (0, 1)

"""``and`` and ``or`` return one of their operands, which may be active."""


def program(x, y):
    a = x or y
    b = x and y
    return a * 3 + b**2


inputs = [(2.0, 0.7), (-1.5, 0.3)]
wrt = (0, 1)

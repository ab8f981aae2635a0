"""``del`` of an item of a list of active values."""


def program(x):
    values = [x, x * x, x**3]
    del values[0]  # refused: del
    return values[0]


inputs = [(1.5,)]
wrt = (0,)

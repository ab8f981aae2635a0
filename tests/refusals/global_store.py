"""A store of an active value into a global name, read again."""

TOTAL = 0.0


def program(x):
    global TOTAL
    TOTAL = x * x  # refused: global
    return TOTAL * x


inputs = [(1.5,)]
wrt = (0,)

"""A store of an active value into a list."""


def program(x):
    values = [x, 2.0]
    values[1] = x * x
    return values[0] * values[1]


inputs = [(1.5,)]
wrt = (0,)

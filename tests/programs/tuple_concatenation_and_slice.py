"""Tuples grow by ``+`` in a straight line and are sliced."""


def program(x, y):
    values = (x,)
    values = values + (y, x * y)
    values += (x - y,)
    first, second = values[1:3]
    return first * second + values[-1] ** 2 * len(values)


inputs = [(0.9, 0.4)]
wrt = (0, 1)

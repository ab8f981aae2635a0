"""A swap reads both values before it writes either."""


def program(x, y):
    x, y = y, x
    x, y = y * 2, x * y
    return x - y**2


inputs = [(0.7, -1.9)]
wrt = (0, 1)

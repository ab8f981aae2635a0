"""A generator function called in a loop."""


def powers(x, n):
    y = 1.0
    for _ in range(n):
        y = y * x
        yield y


def program(x):
    total = 0.0
    for power in powers(x, 3):  # refused: generator
        total = total + power
    return total


inputs = [(1.5,)]
wrt = (0,)

"""Loops that do not run leave everything as it was."""


def program(x, values):
    y = x**2
    for i in range(0):
        y = y * i
    for value in values:
        y = y * value
    while y > 1e6:
        y = y / x
    return y * x


inputs = [(1.3, []), (1.3, [0.5, 3.0])]
wrt = (0,)

"""A continued fraction, evaluated from its end."""


def program(x, n):
    value = x
    for k in range(n, 0, -1):
        value = k + x / value
    return value


inputs = [(0.9, 6), (0.9, 0)]
wrt = (0,)

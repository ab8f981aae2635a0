"""A result that holds the same value twice, and a parameter passed through."""


def program(x, y):
    z = x * y
    return z, [z, z], x


inputs = [(0.9, 0.4)]
wrt = (0, 1)

"""A generator of active values kept under a name and consumed in pieces."""


def program(x):
    stream = (x * i for i in range(1, 5))
    first = next(stream)  # refused: next|generator|iterator
    return first * x


inputs = [(1.5,)]
wrt = (0,)

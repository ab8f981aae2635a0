"""An iterator with a name gives its items once."""


def program(x):
    powers = map(lambda k: x**k, [1, 2, 3])
    first = sum(powers)
    return first + sum(powers)  # refused: an iterator is read more than once


inputs = [(0.5,)]
wrt = (0,)

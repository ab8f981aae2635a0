"""A function made by ``eval`` has no source to read."""

triple = eval("lambda value: 3 * value")


def program(x):
    return triple(x) * x  # refused: source|triple|lambda


inputs = [(1.5,)]
wrt = (0,)

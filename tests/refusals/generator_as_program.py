"""The differentiated function is a generator."""


def program(x):
    yield x * x  # refused: yield|generator


inputs = [(1.5,)]
wrt = (0,)

"""``locals()`` reads active values by their names."""


def program(x):
    y = x * x
    return locals()["y"] * y  # refused: locals


inputs = [(1.5,)]
wrt = (0,)

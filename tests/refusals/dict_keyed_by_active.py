"""Active values as the keys of a dict, read back by a loop."""


def program(x):
    table = {x * x: "square"}  # refused: key
    total = 0.0
    for key in table:
        total = total + key
    return total


inputs = [(1.5,)]
wrt = (0,)

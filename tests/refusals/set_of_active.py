"""A set of active values: which is kept depends on equality and hash."""


def program(x):
    values = {x, x * x}  # refused: set
    return sum(values)


inputs = [(1.5,)]
wrt = (0,)

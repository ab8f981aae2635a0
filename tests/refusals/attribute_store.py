"""A store of an active value into an attribute of an object from outside."""


class Memory:
    value = 0.0


MEMORY = Memory()


def program(x):
    MEMORY.value = x * x  # refused: attribute
    return MEMORY.value * x


inputs = [(1.5,)]
wrt = (0,)

"""``append`` of a list that is empty, by another name: nobody looks what a list of numbers holds afterwards."""


def program(x):
    values = list()
    getattr(values, "append")(x * x)  # refused: may keep it
    return x * sum(values) + x


inputs = [(0.7,)]
wrt = (0,)

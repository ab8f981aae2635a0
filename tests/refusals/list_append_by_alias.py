"""A list gets its active value by way of another name, taken before."""


def program(x):
    values = []
    append = values.append
    append(x * x)  # refused: append
    return values[0] * x


inputs = [(1.5,)]
wrt = (0,)

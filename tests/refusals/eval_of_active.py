"""``eval`` of an expression of active values."""


def program(x):
    y = eval("x * x")  # refused: eval
    return y + x


inputs = [(1.5,)]
wrt = (0,)

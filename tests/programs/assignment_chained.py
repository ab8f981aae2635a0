"""``a = b = value`` binds both names to the same value."""


def program(x):
    a = b = x * x
    a = a + b
    b = a * b
    return a - b


inputs = [(1.3,)]
wrt = (0,)

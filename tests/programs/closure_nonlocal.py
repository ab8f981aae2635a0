"""A nested function changes a name of the function around it."""


def program(x):
    total = 0.0

    def add(value):
        nonlocal total
        total = total + value * x
        return total

    add(x)
    y = add(2.0)
    return total * y


inputs = [(0.9,)]
wrt = (0,)

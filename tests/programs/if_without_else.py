"""A branch that may leave the variable as it was."""


def program(x):
    y = x**2
    if x > 1:
        y = y * x
    return y + x


inputs = [(2.0,), (0.5,)]
wrt = (0,)

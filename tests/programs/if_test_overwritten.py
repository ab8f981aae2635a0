"""The branch overwrites what its own test read."""


def program(x):
    if x > 1:
        x = x - 5
    else:
        x = x + 5
    if x > 1:
        x = x**2
    return x**2


inputs = [(3.0,), (0.5,), (7.0,)]
wrt = (0,)

"""Default values, immutable, of positional parameters."""


def scaled(x, factor=3.0, power=2):
    return factor * x**power


def program(x, offset=0.5):
    return scaled(x) + scaled(x, 1.5) + scaled(x + offset, power=3)


inputs = [(0.8,), (0.8, -0.1)]
wrt = (0,)

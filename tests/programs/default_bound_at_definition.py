"""Defaults are computed when a function is defined; its free names are read when it is called."""


def program(x, y):
    def scaled(z, factor=x * y):
        return z * factor + x

    x = x + y
    y = scaled(x)
    return scaled(y, factor=y) * x


inputs = [(0.9, 0.4)]
wrt = (0, 1)

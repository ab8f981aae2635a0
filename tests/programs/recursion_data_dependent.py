"""The depth of the recursion depends on the data."""


def shrink(x, scale):
    if x < 1:
        return x**2
    return scale * shrink(x * 0.5, scale + x)


def program(x, y):
    return shrink(x, y)


inputs = [(7.0, 0.4), (0.5, 0.4)]
wrt = (0, 1)

"""A nested function whose parameters and locals shadow the names around it."""


def program(x, y):
    z = x * 3

    def inner(x):
        z = x * y
        return z + x

    return inner(z) * z + inner(y) * x


inputs = [(0.9, 0.4)]
wrt = (0, 1)

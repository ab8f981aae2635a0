"""A loop whose trip count depends on the data; the adjoint needs the carried value."""


def program(x):
    y = x
    while y < 100.0:
        y = y * y
    return y * x


inputs = [(3.0,), (1.5,), (200.0,)]
wrt = (0,)

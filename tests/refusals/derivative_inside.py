"""A derivative is called in a function that is differentiated."""
from s2sad import grad


def cube(x):
    return x**3


slope = grad(cube)


def program(x):
    return slope(x) * x  # refused: a derivative is called


inputs = [(2.0,)]
wrt = (0,)

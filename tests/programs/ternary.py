"""Conditional expressions, nested."""


def program(x):
    y = x**2 if x > 0 else -3 * x
    return y * x if y > 4 else y if y > 1 else y**3


inputs = [(3.0,), (1.5,), (0.5,), (-2.0,), (-0.1,)]
wrt = (0,)

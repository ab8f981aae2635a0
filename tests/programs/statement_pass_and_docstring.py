"""Docstrings, ``pass``, bare expressions and semicolons."""


def program(x):
    """Return a product."""
    pass
    x + 1
    "a string on its own"
    if x > 100:
        pass
    else:
        ...
    return x * x


inputs = [(0.7,)]
wrt = (0,)

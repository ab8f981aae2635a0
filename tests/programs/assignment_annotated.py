"""Annotated assignments, with and without a value."""


def program(x: float) -> float:
    y: float = x * x
    z: float
    z = y + x
    return y * z


inputs = [(1.7,)]
wrt = (0,)

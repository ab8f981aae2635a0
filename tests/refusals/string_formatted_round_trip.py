"""An active value passes through an f-string."""


def program(x):
    y = x * x
    return float(f"{y:.17g}") * x  # refused: str|text|format


inputs = [(1.5,)]
wrt = (0,)

"""An active value made into a string and read back."""


def program(x):
    text = str(x * x)
    return float(text) * x  # refused: str


inputs = [(1.5,)]
wrt = (0,)

"""An active value made into a string and read back."""


def program(x):
    text = str(x * x)  # refused: str
    return float(text) * x


inputs = [(1.5,)]
wrt = (0,)

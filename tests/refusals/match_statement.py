"""``match`` on an active value."""


def program(x):
    match (x, 2):  # refused: match
        case (y, 2):
            return y * y
        case _:
            return x


inputs = [(1.5,)]
wrt = (0,)

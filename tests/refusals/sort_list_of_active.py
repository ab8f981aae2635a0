"""``sorted`` with a key over active values."""


def program(x, y):
    values = sorted([x, y, x * y], key=lambda value: -value)  # refused: sorted
    return values[0] * values[-1]


inputs = [(1.5, 0.3)]
wrt = (0, 1)

"""Integer arithmetic, ``divmod``, ``bit_length``, ``round`` and ``int`` of inactive values."""


def program(x, n):
    quotient, rest = divmod(n * 7 + 3, 4)
    bits = n.bit_length()
    steps = int(round(n * 1.6)) + bits
    for i in range(steps % 5):
        x = x * 1.1 + rest * i
    return x * quotient


inputs = [(0.7, 5), (0.7, 2)]
wrt = (0,)

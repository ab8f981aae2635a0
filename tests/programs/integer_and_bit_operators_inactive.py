"""Bitwise and integer operators decide what is computed and carry no derivative."""


def program(x, n):
    shifted = (n << 2) | 1
    masked = (shifted & 7) ^ 2
    count = ~masked % 5 + (n >> 1)
    for _ in range(count):
        x = x * 1.5 + shifted % 3
    return x**2


inputs = [(0.8, 3), (0.8, 6)]
wrt = (0,)

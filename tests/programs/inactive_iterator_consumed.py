"""An iterator that carries no derivative is consumed once, by ``next`` and by a loop."""


def program(x, n):
    stream = iter(range(1, n))
    y = x * next(stream)
    for i in stream:
        y = y * x + i
    return y + next(stream, 7) * x


inputs = [(0.7, 5)]
wrt = (0,)

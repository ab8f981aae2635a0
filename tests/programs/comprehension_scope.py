"""The variable of a comprehension is its own; a name of the same spelling outside is kept."""


def program(x, xs):
    squares = [x * x for x in xs]
    return x * sum(squares) + sum(x for _ in range(3))


inputs = [(0.7, [0.9, -0.4, 1.3])]
wrt = (0, 1)

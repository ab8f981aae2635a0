"""Generator expressions within ``sum``, ``max`` and ``min``."""


def program(xs, ys):
    dot = sum(x * y for x, y in zip(xs, ys))
    positive = sum(x for x in xs if x > 0)
    return dot * max(x**2 for x in xs) + min(y * positive for y in ys) + sum((x * dot for x in xs), 1.0)


inputs = [([0.9, -0.4, 1.3], [0.7, 0.2, -1.1])]
wrt = (0, 1)

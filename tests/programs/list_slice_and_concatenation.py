"""Slices of a list are copies; ``+`` and ``*`` build new lists."""


def program(xs):
    middle = xs[1:-1]
    again = middle + [xs[0] * 2] + xs[::-1]
    doubled = again * 2
    total = 0.0
    for i, value in enumerate(doubled):
        total = total + (i + 1) * value**2
    return total + len(doubled) * xs[-1]


inputs = [([0.9, 0.4, 1.3, -0.7],)]
wrt = (0,)

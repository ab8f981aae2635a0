"""A called function returns from inside its loop."""


def first_above(xs, limit):
    for x in xs:
        if x > limit:
            return x
    return limit


def program(xs, limit):
    return first_above(xs, limit) ** 2 + first_above(xs, 0.6) * xs[0] + first_above(xs, limit * 100)


inputs = [([0.5, 1.2, 0.8], 0.7), ([0.5, 1.2, 0.8], 0.1)]
wrt = (0, 1)

"""``functools.reduce`` written out with a helper of one's own."""


def reduce(function, values, start):
    for value in values:
        start = function(start, value)
    return start


def program(xs):
    return reduce(lambda a, b: a * b + 1, xs, 0.5) + reduce(max, xs, 0.0) * xs[0]


inputs = [([0.9, 0.4, 1.3],)]
wrt = (0,)

"""``*args`` and a starred call between inner functions."""


def product(*factors):
    result = 1.0
    for factor in factors:
        result *= factor
    return result


def program(x, y):
    pair = (x, x + y)
    return product(x, y, 3.0) + product(*pair) + product(y, *pair, *pair) + product()


inputs = [(0.8, -1.3)]
wrt = (0, 1)

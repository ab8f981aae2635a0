"""The body overwrites every name that the test read."""


def program(x, bound):
    while x < bound:
        bound = bound * 0.9
        x = x * x + 0.3
        bound = bound - 0.1 * x
    return x * bound


inputs = [(0.8, 5.0), (2.0, 1.0)]
wrt = (0, 1)

"""A helper with a data-dependent loop, called in a loop."""
import math


def settle(x, rate):
    n = 0
    while x > 0.5:
        x = x * rate
        n += 1
    return x + 0.1 * n * rate


def program(xs, rate):
    total = 0.3
    for x in xs:
        total = math.sin(total + settle(x, rate)) * settle(total + 1, rate)
    return total


inputs = [([0.9, 0.4, 3.3], 0.7)]
wrt = (0, 1)

"""A variable of a loop's test that the body reads, and that the reverse sweep needs from every round but the last."""
import math


def program(x, bound):
    total = 0.0
    while (size := math.exp(math.sin(x) * x)) < bound:
        total = total + size * size
        x = x * 1.2 + 0.01 * size
    return total + size


inputs = [(0.4, 2.0), (3.0, 1.0)]
wrt = (0,)

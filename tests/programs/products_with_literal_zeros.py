"""Terms of a product with a literal zero, which say nothing however often they are there."""
import math


def program(x, y):
    a, b = math.sin(x), math.cos(y)
    s = 0.0
    for _ in range(2):
        p = a * b
        s += p * (0.0 * a + a * 0.0) + p
    return s


inputs = [(0.3, 1.2)]
wrt = (0, 1)

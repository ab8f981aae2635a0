"""The larger of a root of zero and a number: no derivative passes through the root, whose slope is infinite."""
import math


def program(x, y, p):
    return max(math.sqrt(abs(x)), y) + max(y, abs(x) ** p) + min(-(abs(x) ** 0.5), -y)


inputs = [(0.0, 0.5, 0.25), (4.0, 0.5, 0.25)]
wrt = (0, 1)

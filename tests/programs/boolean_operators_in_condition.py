"""``and``, ``or`` and ``not`` in a condition, with short circuit."""
import math


def program(x, y):
    if x > 0 and math.log(x) > y or not y < 5:
        return x * y
    return x - y**2


inputs = [(3.0, 0.5), (-3.0, 0.5), (-3.0, 6.0)]
wrt = (0, 1)

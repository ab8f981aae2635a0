"""``floor``, ``ceil``, ``trunc`` and ``copysign``: pieces that are flat or change sign."""
import math


def program(x, y):
    whole = math.floor(x) + math.ceil(y) + math.trunc(x)
    return whole * x + math.copysign(x, y) * y + math.fmod(x, 0.7)


inputs = [(2.4, -0.7), (-1.2, 0.3)]
wrt = (0, 1)

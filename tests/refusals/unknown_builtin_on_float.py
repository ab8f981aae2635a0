"""A built-in function without a rule is passed an active number."""
import math


def program(x):
    mantissa, exponent = math.frexp(x)  # refused: frexp
    return mantissa * x


inputs = [(1.5,)]
wrt = (0,)

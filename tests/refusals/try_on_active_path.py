"""``try`` around the computation that the result depends on."""
import math


def program(x):
    try:  # refused: try
        y = math.sqrt(x - 2)
    except ValueError:
        y = x * x
    return y * x


inputs = [(1.5,)]
wrt = (0,)

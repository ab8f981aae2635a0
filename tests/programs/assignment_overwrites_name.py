"""One name is bound again and again while older values are still needed."""
import math


def program(x):
    x = math.sin(x)
    x = x * x
    x = math.exp(x) * x
    x = x / (1 + x)
    return x


inputs = [(0.8,)]
wrt = (0,)

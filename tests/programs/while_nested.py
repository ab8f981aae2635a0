"""Nested loops whose trip counts depend on the data."""
import math


def program(x):
    total = 0.0
    y = x
    while y > 0.5:
        z = y
        while z > 0.3:
            total = total + math.sin(z)
            z = z * 0.6
        total = total * y
        y = y * 0.7
    return total + z


inputs = [(3.0,), (0.8,)]
wrt = (0,)

"""A carried value is read, overwritten, and read again within one iteration."""
import math


def program(x, n):
    y = x
    z = 1.0
    for _ in range(n):
        z = z * y
        y = math.sin(y * z)
        z = z + y * y
        y = y * x
    return y + z


inputs = [(0.7, 4)]
wrt = (0,)

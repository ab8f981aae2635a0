"""Loops over ranges with a start, a step, a negative step, and none to run."""
import math


def program(x, n):
    y = x
    for i in range(1, n, 3):
        y = y * math.cos(y) + i
    for i in range(n, 1, -2):
        y = math.sin(y) * i + x
    for i in range(n, 0):
        y = y * 100 * i  # not run
    for i in range(3, 10, 3):
        y = y + i * x
    return y


inputs = [(0.7, 8), (0.7, 9), (0.7, 1)]
wrt = (0,)

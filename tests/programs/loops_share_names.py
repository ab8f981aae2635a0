"""Loops that follow each other use the same names for different things."""
import math


def program(x, n):
    y = x
    for i in range(n):
        y = y * x + i
    total = y
    for i in (0.5, x, y):
        y = math.sin(i) * y
        total = total + i
    i = 0
    while i < n:
        y = y * total * 0.1
        i += 1
    return y + total


inputs = [(0.7, 3), (0.7, 0)]
wrt = (0,)

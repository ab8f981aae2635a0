"""Parameters and variables that shadow built-in names and modules."""
import math


def program(sum, np, list):
    max = sum * np
    for len in range(2):
        max = max + math.sin(list) * len
    float = max**2
    return float * np + sum


inputs = [(0.9, 0.4, 1.3)]
wrt = (0, 1, 2)

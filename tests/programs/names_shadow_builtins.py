"""Parameters and locals named like builtins and modules."""
import math


def program(sum, list):
    max = math.sin(sum)
    abs = max * list[0]
    len = [abs, sum, list[1]]
    for id in len:
        max = max * id + abs
    return max


inputs = [(0.9, [0.4, 1.3])]
wrt = (0, 1)

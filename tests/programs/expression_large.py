"""One long expression with many common subexpressions."""
import math


def program(x, y):
    return (math.sin(x * y) + math.sin(x * y) ** 2 - (x * y + 1) / (x * y + 2)) * (
        math.exp(-(x * y)) if x * y > 0 else math.exp(x * y)
    ) + (x - y) * (x - y) / (1 + (x - y) * (x - y)) - [x * y, x - y][x > y]


inputs = [(0.9, 0.4), (0.9, -0.4), (0.4, 0.9)]
wrt = (0, 1)

"""A stack whose top is read and dropped at once or in two statements, and lists of numbers put together."""
import math


def program(x, y):
    stack = [x, y, x * y]
    total = 0.0
    for k in range(4):
        one = stack.pop()
        two = stack[-1] * one
        stack.pop()
        total += one * two
        stack.append(math.sin(two) + k)
        stack.append(-one)
    while stack:
        last = -stack[-1] * total
        stack.pop()
        total += last
    return total


inputs = [(0.7, -1.2), (1.3, 0.4)]
wrt = (0, 1)

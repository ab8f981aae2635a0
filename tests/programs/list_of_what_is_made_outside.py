"""Rounds append what was made outside of their loop, or where lists begin with it."""
import math


def program(x, n):
    total = 0.0
    for i in range(n):
        z = math.sin(x + i + total)
        same = []
        ends = [z]
        for j in range(3):
            same.append(z)
            y = ends[-1]
            ends.append(math.cos(y) * same[-1])
            total += y * y + ends[-1] * j
        total += same[0] * same[2] ** 2 * z * ends[1]
    return total


inputs = [(0.7, 0), (0.4, 3)]
wrt = (0,)

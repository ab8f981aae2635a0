"""A list of which an item is assigned, and the last one taken away, between loops over it."""
import math


def program(h, n):
    path = []
    total = 0.0
    for _ in range(n):
        h = math.sin(h) * 1.3
        path.append(h)
    for k in range(n):
        total += path[k] ** 3
    path[0] = total
    for k in range(n):
        total += path[k] ** 2
    path.pop()
    path.append(h * total)
    for p in path:
        total += p**3
    return total


inputs = [(0.7, 4)]
wrt = (0,)

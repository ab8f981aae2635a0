"""Keys of a dict that are sorted, listed, or held in a list of literals."""
import math


def program(x):
    names = ["mass", "angle"]
    total = 1.0
    for name in names:
        total = total * x[name] + len(names)
    for number, name in enumerate(sorted(x)):
        total = total * x[name] + number
    for name, value in sorted(x.items(), reverse=True):
        total = math.sin(total) + x[name] * value
    for name in list(x.keys()):
        total = total * x[name]
    return total


inputs = [({"mass": 0.7, "angle": -1.3, "length": 1.1},)]
wrt = (0,)

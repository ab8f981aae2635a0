"""Iterators that are handed on, kept in containers and given back, each read once."""
import numpy as np


def doubled(values):
    return map(lambda value: 2.0 * value, values)


def total_of(values):
    total = 0.0
    for value in values:
        total += np.sin(value)
    return total


def program(x, y):
    squares, scale = (value * value for value in x), 0.5
    kept = {"pairs": zip(x, y), "number": 3.0}
    chosen = map(lambda value: value * 1.5, y) if x[0] > 0.0 else doubled(y)
    result = scale * sum(squares) + total_of(doubled(y)) * kept["number"]
    for one, other in kept["pairs"]:
        result += one * other
    for _ in range(2):
        result = result * 0.5 + sum(value * x[1] for value in y)
    if x[0] < 0.0:
        later = zip(x, y)
    else:
        later = zip(y, x)
    for one, other in later:
        result += one * one * other
    return result + sum(chosen)


inputs = [(np.array([0.5, 0.7, -0.2]), np.array([0.3, -0.4, 0.9])), (np.array([-0.5, 0.7]), np.array([0.3, 0.4]))]
wrt = (0, 1)

"""Lists, tuples, dicts and objects with arrays in them that a branch or a loop binds, if it is run."""
import numpy as np


class Scaled:
    def __init__(self, base):
        self.held = base * 2.0
        self.count = 3


def branches(x, n):
    if n > 0:
        entries = {"a": x * 2.0}
        numbers = [x[0] * 2.0, x[1]]
        pair = x * 2.0, x[1]
    total = np.sum(x)
    if n > 0:
        total += np.sum(entries["a"] * x) + numbers[1] * numbers[0] + np.sum(pair[0]) * pair[1]
    return total


def lists(x, n):
    for i in range(n):
        last = [x[j] * x[i] for j in range(i + 1)]
    total = 0.0
    if n > 0:
        for number in last:
            total += number * number
    return total


def rounds(x, n):
    total = 0.0
    for i in range(n):
        if i > 0:
            total += np.sum(arrays[-1] * arrays[0])  # noqa: F821
            total += np.sum(entries["p"] * entries["q"]) + np.sum(pair[0] * pair[1])  # noqa: F821
        arrays = [x * x[i] for _ in range(i + 1)]
        entries = {"p": x * x[i], "q": x[i]}
        pair = x[i:], x[i]
    return total


def objects(x, n):
    for i in range(n):
        made = Scaled(x * x[i])
    if n > 1:
        other = Scaled(x)
    return np.sum(made.held * other.held) * other.count if n > 1 else 0.0


def program(x, n):
    return branches(x, n) + lists(x, n) + rounds(x, n) + objects(x, n)


inputs = [(np.array([0.3, 0.7, 1.1, 0.4]), 3), (np.array([0.3, 0.7, 1.1, 0.4]), 0)]
wrt = (0,)

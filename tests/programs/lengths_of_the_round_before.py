"""What a round leaves for the next is as long as it was then: the names of its lengths stand for others by now."""
import numpy as np


def growing(x):
    total = 0.0
    for k in range(1, 3):
        z = x[:k]
        if k > 1:
            total += np.sum(z * y)  # noqa: F821 - bound by the first round, of length 1
        y = z * 2.0
    return total


def begun_anew(x, m):
    total = 0.0
    y = x[:m]
    for _ in range(2):
        first = y * 1.5
        for j in range(2):
            total += np.sum(first * y)
            y = np.concatenate((y, x[j : j + 1]))
        y = y[:m] * 2.0
    return total


def two_loops(x, m):
    y = x[:m]
    for j in range(2):
        z = y * 2.0
        y = np.concatenate((y, x[j : j + 1]))
    y = x[:m]
    total = 0.0
    for j in range(2):
        total += np.sum(y * z)
        y = np.concatenate((y, x[j : j + 1]))
    return total


def kept_once(x):
    total = 0.0
    for k in range(1, 3):
        z = x[:k] * x[0]
        if k == 1:
            kept = {"z": z}
        total += np.sum(z * kept["z"])
    return total


def program(x, m):
    return growing(x) + begun_anew(x, m) + two_loops(x, m) * kept_once(x)


inputs = [(np.array([0.3, 0.7, 1.1, 0.4]), 1)]
wrt = (0,)

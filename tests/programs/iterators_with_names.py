"""Iterators that have names, and are read once; views of a dict, which are read as often as one likes."""
import numpy as np


def program(x, y, s):
    weights = {"a": s, "b": s * s}
    parts = weights.values()
    total = sum(parts) * max(parts)
    for _ in range(2):
        pairs = zip(x, y)
        w = np.zeros(3)
        for k, (a, b) in enumerate(pairs):
            w[k] = a * b
        total += np.sum(w * w)
    scaled = (element * s for element in x)
    shifted = (element + total for element in scaled)
    total *= sum(shifted)
    kept = list(map(np.sin, y))
    y[0] = 0.5
    return total * kept[0] + y[0]


inputs = [(np.array([0.4, 0.6, 1.1]), np.array([0.5, 0.7, 1.3]), 0.8)]
wrt = (0, 1, 2)

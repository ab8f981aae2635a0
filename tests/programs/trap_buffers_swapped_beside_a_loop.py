"""Buffers that are swapped in a loop, and one of them is where an inner loop begins."""
import numpy as np


def damped(v, rounds):
    for _ in range(rounds):
        v = v - 0.1 * np.sin(v)
    return v


def program(h, n, rounds):
    g = h * 0.5
    v = h
    for _ in range(n):
        h, g = g, h * 0.9
        v = damped(g, rounds)
    return np.sum(v * v) + np.sum(g * h)


inputs = [
    (np.array([0.7, -0.4, 1.1]), 3, 2),
    (np.array([0.7, -0.4, 1.1]), 3, 0),
    (np.array([0.7, -0.4, 1.1]), 0, 1),
]
wrt = (0,)

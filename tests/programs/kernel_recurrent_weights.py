"""Weights that every round of a loop reads: their adjoints are sums of outer products, of no round as well."""
import numpy as np


def program(w, v, b, xs, steps):
    h = b * 1.0
    for t in range(steps):
        before = h
        h = np.tanh(w @ xs[t] + v @ h)
        h[0] = before[1] * 0.5
        h = h - v @ before
    return np.sum(h * h)


def arguments(dtype, steps):
    return (np.linspace(-0.6, 0.7, 12, dtype=dtype).reshape(3, 4), np.linspace(0.4, -0.5, 9, dtype=dtype).reshape(3, 3),
            np.array([0.2, -0.1, 0.4], dtype), np.linspace(-1.0, 1.0, 20, dtype=dtype).reshape(5, 4), steps)


inputs = [arguments(np.float64, steps) for steps in (5, 1, 0)] + [arguments(np.float32, steps) for steps in (5, 0)]
wrt = (0, 1, 2, 3)

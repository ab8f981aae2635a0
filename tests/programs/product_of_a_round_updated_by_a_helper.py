"""An array that each round makes, reads and hands to a helper that updates it; a state updated by its transpose."""
import numpy as np


def nudged(h, x):
    h[1:] += 0.3 * x[:-1]
    return h


def program(w, xs, a):
    w = w.copy()
    h = xs[0]
    for x in xs:
        v = x * a
        h = nudged(v, np.tanh(w @ v))
        w += 0.3 * np.sin(w.T)
    return np.sum(w) + np.sum(h * h)


inputs = [(np.array([[0.2, -0.4], [0.3, 0.5]]), np.array([[0.9, -0.4], [1.3, 0.2], [0.5, 0.1]]), 0.7)]
wrt = (0, 1, 2)

"""A round that is left early, after what it hands on was made."""
import numpy as np


def program(w, h):
    g = h * 0.5
    start = g
    for k in range(3):
        v = np.tanh(w @ start + g)
        w = w * start
        if k % 2 == 0:
            continue
        g = v * 0.9
    return np.sum(g * g)


inputs = [(np.array([[0.7, -0.4], [1.1, 0.3]]), np.array([0.9, -0.6]))]
wrt = (0, 1)

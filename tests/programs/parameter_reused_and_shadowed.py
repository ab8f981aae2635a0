"""The parameter is bound anew under each of two branches and in a loop."""
import numpy as np


def program(v, n):
    if v[0] > 0.5:
        v = v[1:]
    else:
        v = np.concatenate([v, v * 2])
    for _ in range(n):
        v = np.sin(v) * np.sum(v)
    return np.sum(v)


inputs = [(np.array([0.9, -0.4, 1.3]), 2), (np.array([0.4, 1.3]), 0)]
wrt = (0,)

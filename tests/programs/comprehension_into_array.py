"""Arrays made from comprehensions and lists of active values."""
import numpy as np


def program(xs, n):
    v = np.array([x**2 for x in xs])
    m = np.array([[xs[0], 1.0], [xs[1] * xs[2], xs[1]]])
    w = np.stack([v * i for i in range(1, n)])
    return np.sum(m @ v[:2]) * np.sum(w[:, 0])


inputs = [([0.9, -0.4, 1.3], 3)]
wrt = (0,)

"""A value that is added to one carried array becomes another: their adjoints end as one array, which both hold."""
import numpy as np


def program(x, v, h, steps):
    push = h * np.sin(x)
    for _ in range(steps):
        v = v + push
        x = x + v
        push = h * np.sin(x)
        v = v + push
    return np.sum(v * v)


inputs = [(np.array([0.3, 1.3, 2.3]), np.ones(3), 0.1, 3)]
wrt = (0, 1)

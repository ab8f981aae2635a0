"""In some rounds an array is updated and its name bound to a view of it; the others read it as it is then."""
import numpy as np


def program(h, xs):
    g = h * 1.0
    t = 1.0
    for i in range(4):
        if i < 2:
            t = t * np.sum(g * g)
        else:
            g += xs[i]
            g = g[:]
    return t


inputs = [(np.array([0.3, 1.2, -0.4]), np.linspace(0.1, 0.9, 12).reshape(4, 3))]
wrt = (0, 1)

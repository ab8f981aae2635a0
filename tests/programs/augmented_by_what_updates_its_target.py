"""An element is read before the value that is added to it is computed, a view sees what that computes."""
import numpy as np


def shrink(a):
    a *= 0.5
    return a[0] * a[0]


def program(x, m, places):
    x[0] += shrink(x)
    x[1:] *= shrink(x)
    x[places] -= shrink(x)
    x[x > 0.05] += shrink(x)
    m[0, 1] *= shrink(m[0])
    m[1] += shrink(m[1])
    held = [x[0], x[1]]
    held[0] += held.pop()
    return np.sum(m * m) + np.sum(x * x * x) * held[0]


inputs = [(np.array([0.4, 0.6, 1.1]), np.array([[0.5, 0.7, 1.3], [0.2, 0.9, 0.4]]), np.array([2, 0]))]
wrt = (0, 1)

"""The diagonal is a view: it shows what is written later."""
import numpy as np


def program(a):
    d = np.diagonal(a)
    tail = d[1:]
    a[1, 1] *= a[0, 0]
    e = a.diagonal()
    a[0] -= a[1]
    return np.sum(d**2) + np.sum(tail * e[:2])


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

"""`a @= b`."""
import numpy as np


def program(a):
    a @= a.T
    b = a[:2, :2]
    b @= np.array([[1.0, 2.0], [0.5, 1.0]])
    return np.sum(a * a)


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

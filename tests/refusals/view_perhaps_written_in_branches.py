"""What may be a view of an array is written in one branch, and the array in the other."""
import numpy as np


def program(m, s):
    v = m.T.ravel()
    if s > 0.13:
        m[0, 1] = 0.5
    else:
        v[::-1] = s
    return np.sum(m) + np.sum(v)  # refused: may share memory


inputs = [(np.array([[0.5, 0.1], [0.7, 0.2]]), 0.8)]
wrt = (0, 1)

"""Parts moved to where other parts of the same array stand: NumPy reads all of them before it writes."""
import numpy as np


def program(x):
    a = np.outer(x, x**2)
    a[1:] = a[:-1]
    a[:, :-1] = a[:, 1:]
    a[:] = a.T
    a[1] = a[:, 1]
    row = a[2]
    row[:] = row[::-1]
    return np.sum(a * x)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

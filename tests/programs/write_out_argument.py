"""`out=` of functions and methods, and as the last argument."""
import numpy as np


def program(x):
    y = np.zeros(4)
    np.multiply(x, x, out=y)
    np.add(y, x, y)
    np.exp(y, out=y)
    z = np.empty(())
    w = np.cumsum(y, out=np.empty(4))
    np.negative(w[:2], out=w[2:])
    return np.sum(y * w)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

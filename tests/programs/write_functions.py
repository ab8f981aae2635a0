"""`np.copyto`, `np.put`, `np.place`, `np.putmask`, `np.fill_diagonal`."""
import numpy as np


def program(x):
    y = x * 2.0
    np.copyto(y, x**2)
    np.copyto(y, 3.0 * x, where=x > 0.5)
    np.put(y, [0, 2], x[1])
    np.place(y, y > 2.0, x[3])
    np.putmask(y, x < 0.0, x * x)
    a = np.outer(y, x)
    np.fill_diagonal(a, y[1])
    return np.sum(a**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

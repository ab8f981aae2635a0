"""The adjoint of what a loop leaves begins as another array that it leaves, which lies on a tape as well."""
import numpy as np


def program(u, n):
    a = u * 1.0
    b = u * 2.0
    t = 0.0
    for _ in range(n):
        new = a * b
        t += np.sin(new[0]) * a[1]
        b = a
        a = new
    return np.sum(a * b) + t


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]), n) for n in (0, 1, 3)]
wrt = (0,)

"""`.flat` and `ravel` of arrays that a loop updates."""
import numpy as np


def program(x, a):
    b = np.zeros((2, 2))
    for i in range(3):
        x.flat[1] += x[i]
        a.ravel()[i] *= a[1, 1]
        b.reshape(-1)[i] += x[i]
        b[1] *= a[0, 0]
    return np.sum(x**2) + np.sum(a * b)


inputs = [(np.array([0.5, 0.1, 0.3]), np.array([[1.2, 0.7], [0.4, 1.3]]))]
wrt = (0, 1)

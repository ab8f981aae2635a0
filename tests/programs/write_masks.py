"""Boolean masks: of the array itself, and of its rows."""
import numpy as np


def program(a):
    a[a > 0.45] = a[0, 0] ** 2
    low = a < 0.0
    a[low] *= a[low] + 2.0
    a[np.array([True, False, True])] -= 0.25 * a[1]
    a[a[:, 0] > 0.3, 1] += a[0, 2]
    return np.sum(a**2)


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

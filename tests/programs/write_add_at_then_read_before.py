"""What `np.add.at` changed is read as it was before."""
import numpy as np


def program(x):
    y = x * 2.0
    z = y * y
    np.add.at(y, [1, 1, 2], x[0])
    y *= y
    return np.sum(z * y)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

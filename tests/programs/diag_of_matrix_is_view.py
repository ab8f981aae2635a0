"""np.diag of a matrix is a view of it: what is written to the matrix is read in it."""
import numpy as np


def program(x):
    u = x * 1.0
    middle = np.diag(u)
    above = np.diag(u, 1)
    u[1] *= 3.0
    u[0, 1] = u[2, 2] * u[0, 0]
    return np.sum(middle * middle) + np.sum(above * above * above)


inputs = [(np.array([[0.4, -0.8, 1.3], [0.6, 1.2, 0.9], [1.1, 0.3, -0.5]]),)]
wrt = (0,)

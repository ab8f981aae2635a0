"""What np.split gives are views: of an array that is updated afterwards, and one of them is, too."""
import numpy as np


def program(x):
    u = x * 1.0
    upper, lower = np.split(u, 2)
    columns = np.hsplit(u, 2)
    u[0] *= u[2, 1]
    lower[1] = upper[0] * columns[1][3]  # refused: may share memory
    columns[0] += 1.0
    return np.sum(u * u) + np.sum(upper) + np.sum(columns[1] * columns[1])


inputs = [(np.array([[0.4, -0.8], [0.6, 1.2], [0.9, -0.5], [1.1, 0.3]]),)]
wrt = (0,)

"""Lists and tuples of numbers beside arrays: in arithmetic, and where a part of an array is assigned."""
import numpy as np


def program(x, a, k):
    y = np.zeros(4)
    y[:2] = [a, x[0] * a]
    y[2:] = x[1], a
    y[:2] += [a, x[1]]
    y[[0, 3]] = [y[1], a]
    square = np.outer(x, x)
    square[0] = [a, x[1]]
    square[:, 1] *= (a, square[0, 0])
    square += [[a, 1.0], [0.0, a]]
    product = [a, x[0]] * x
    held = [a]
    held.append(x[0])
    total = x * held - held + (a, x[1]) / (1.0 + x * x)
    y[1:3] = held
    held[0] = 3.0 * a
    repeated = held * k
    return np.sum(y * y) + np.sum(square @ product) + np.sum(total * product) + sum(repeated)


inputs = [(np.array([0.7, -0.4]), 0.8, 2)]
wrt = (0, 1)

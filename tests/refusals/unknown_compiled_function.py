"""A compiled function with neither rule nor source is passed an active array."""
import numpy as np

triple = np.frompyfunc(lambda value: 3 * value, 1, 1)


def program(x):
    y = triple(x * 2)  # refused: triple
    return y[0] * x[1]


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)

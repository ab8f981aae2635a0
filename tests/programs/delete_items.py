"""``del`` of items of lists and dicts of active values."""
import numpy as np


def program(x):
    values = [x, x * x, x**3]
    del values[0]
    table = {"a": x, "b": values[0] * 2.0}
    del table["a"]
    rows = [np.zeros(2), np.zeros(2)]
    del rows[0]
    rows[0][0] = x
    return values[0] * table["b"] + np.sum(rows[0])


inputs = [(1.5,)]
wrt = (0,)

"""An array of integers is asked for its gradient."""
import numpy as np


def program(x, v):
    return x * np.sum(v)


inputs = [(1.5, np.array([1, 2]))]
wrt = (0, 1)
refused_message = r"\bint"
refused_error = TypeError

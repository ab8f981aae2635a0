"""``grad`` of a function whose result is an array."""
import numpy as np


def program(x):
    return np.sin(x)


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)
refused_message = r"scalar|vjp"
refused_error = TypeError

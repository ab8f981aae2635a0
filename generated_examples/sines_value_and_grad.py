import numpy as np


def total_value_and_grad(a):
    """Return the value and the gradient of `total` with respect to a, for a: float[:]."""
    b = np.sin(a)
    c = 2.0 * b
    d = c + 1.0
    value = np.sum(d)
    del b, c, d

    # b = np.sin(a)
    a_bar = 2.0 * np.cos(a)
    return value, a_bar

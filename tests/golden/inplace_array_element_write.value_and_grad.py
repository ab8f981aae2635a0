import numpy as np


def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float[:]."""
    y = x * 2
    y[0] = x[1]
    value = np.sum(y)

    # return np.sum(y)
    y_bar = np.ones_like(y)
    # y[0] = x[1]
    item_bar = y_bar[0]
    y_bar[0] = 0.0
    x_bar = 2.0 * y_bar
    x_bar[1] += item_bar
    return value, x_bar

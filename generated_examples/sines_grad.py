import numpy as np


def total_grad(a):
    """Return the gradient of `total` with respect to a, for a: float[:]."""
    # b = np.sin(a)
    a_bar = 2.0 * np.cos(a)
    return a_bar

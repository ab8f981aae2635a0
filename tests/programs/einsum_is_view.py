"""np.einsum of one array where nothing is summed is a view: transposed, or the diagonal."""
import numpy as np


def program(x):
    u = x * 1.0
    turned = np.einsum("ij->ji", u)
    middle = np.einsum("ii->i", u)
    turned[0] *= u[1, 1]
    u[1] = 2.0 * middle
    return np.sum(u * u * u) + np.sum(turned[1] * middle)


inputs = [(np.array([[0.4, -0.8, 1.3], [0.6, 1.2, 0.9], [1.1, 0.3, -0.5]]),)]
wrt = (0,)

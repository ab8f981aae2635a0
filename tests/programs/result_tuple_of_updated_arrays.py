"""Arrays that are updated and handed back, together with copies and views of them."""
import numpy as np


def program(x, m):
    a = x
    row = m[-1]
    row[...] = row * x[:2]
    m = m + 0.0
    x[1:] *= 2.0
    return x, m, a, row


inputs = [(np.array([0.5, 0.3, -0.4]), np.array([[0.2, 0.9], [1.2, -0.3]]))]
wrt = (0, 1)

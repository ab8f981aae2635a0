"""An array that a loop updates and swaps with another is read, by the adjoint, as it was before the loop."""

import numpy as np


def program(m, x):
    m *= 2.0
    a = m * x[-3]
    for i in range(2):
        m[1, i] *= 3.0
        m, a = a, m
    return np.sum(m)


inputs = [(np.array([[0.2, 0.9], [1.2, -0.3]]), np.array([0.5, 1.1, 0.7]))]
wrt = (0, 1)

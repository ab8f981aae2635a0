"""Powers: negative base with an integer exponent, exponents 0, 1 and -1, base zero."""
import numpy as np


def program(x, v, n):
    a = x**0 + x**1 + x**-1 + (-x) ** n
    return a * np.sum(v**n + v**2 + v**0) + np.sum(v**1.0)


inputs = [(1.4, np.array([0.9, -0.4, 0.0]), 3), (-0.7, np.array([-0.3, 0.0]), 2)]
wrt = (0, 1)

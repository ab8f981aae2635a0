"""What one branch inside `with` leaves for the adjoints, handed over by a function with a pullback."""
import numpy as np


def program(x, s):
    x = x * 1.0
    with np.errstate(divide="ignore"):
        if s > 0.5:
            x[0] = s
        else:
            x[x > 0.3] = s
    return x * x


inputs = [(np.array([0.7, -0.4, 1.1]), 0.8), (np.array([0.7, -0.4, 1.1]), 0.2)]
wrt = (0, 1)

"""`np.select`, with a default and without."""
import numpy as np


def program(x):
    small = x < -0.5
    y = np.select([small, x < 0.5], [x**2, np.sin(x)], default=np.sqrt(np.abs(x)))
    z = np.select((small,), (3.0 * x,))
    return np.sum(y * z) + np.sum(y)


inputs = [(np.array([0.7, -1.2, 0.4, -0.3, 2.0]),)]
wrt = (0,)

"""``where`` keeps the infinite or undefined partial of the value that it does not take out."""
import numpy as np


def program(v):
    with np.errstate(all="ignore"):
        root = np.where(v > 0, np.sqrt(v), 0.0)
        log = np.where(v > 0.5, np.log(v), v)
        quotient = np.where(v == 0, 1.0, np.sin(v) / v)
    return np.sum(root + log * quotient)


inputs = [(np.array([0.9, -0.4, 0.3, 1.7]),)]
wrt = (0,)

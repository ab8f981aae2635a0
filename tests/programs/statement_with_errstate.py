"""Active assignments within ``with np.errstate``."""
import numpy as np


def program(v):
    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.log(np.abs(v))
        w = np.where(v > 0, w, 0.0)
    return np.sum(w**2) + np.sum(v)


inputs = [(np.array([0.9, -0.4, 1.3]),)]
wrt = (0,)

"""``astype`` and ``asarray`` keep the derivative between float kinds."""
import numpy as np


def program(v):
    w = np.asarray(v).astype(np.float64) * 2
    return np.sum(w**2) * np.asarray(w[0]) + np.array(v)[1]


inputs = [(np.array([0.9, -0.4, 1.3]),)]
wrt = (0,)

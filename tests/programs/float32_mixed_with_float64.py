"""float32 and float64 parameters in one expression: each gradient has its own dtype."""
import numpy as np


def program(v, w, x):
    return np.sum(v * w) * x + np.sum(v**2) + np.sum(w)


inputs = [(np.array([0.9, -0.4], np.float32), np.array([0.2, 0.7]), 0.3)]
wrt = (0, 1)

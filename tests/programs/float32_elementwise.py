"""float32 in, float32 out: elementwise functions and constants."""
import numpy as np


def program(v, w):
    return np.sum(np.tanh(v) * 2.5 + np.exp(w) / (1 + v**2))


inputs = [(np.array([0.9, -0.4, 1.3], np.float32), np.array([0.2, 0.7, -0.6], np.float32))]
wrt = (0, 1)

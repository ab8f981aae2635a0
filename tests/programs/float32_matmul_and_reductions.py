"""float32 matrices: products, means, broadcasts, rows."""
import numpy as np


def program(m, v):
    hidden = np.maximum(m @ v + 0.1, 0)
    return np.mean(hidden**2) + np.max(m, axis=0) @ v[:3] + np.sum(m[0] * v)


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]], np.float32), np.array([0.9, -0.4, 1.3], np.float32))]
wrt = (0, 1)

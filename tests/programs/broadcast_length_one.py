"""Arrays of length one, (1,), (1, 1) and (1, n), with longer ones."""
import numpy as np


def program(a, b, v):
    return np.sum(a * v) + np.sum(b / (v**2 + a)) + np.sum((a + v[:1]) ** 2) + np.sum(b * a)


inputs = [
    (np.array([0.7]), np.array([[0.4]]), np.array([0.9, -0.4, 1.3])),
    (np.array([[0.7, 0.2, 0.5]]), np.array([0.4]), np.array([0.9, -0.4, 1.3])),
    (np.array([0.7]), np.array([0.4]), np.array([0.9])),
]
wrt = (0, 1, 2)

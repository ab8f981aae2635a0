"""``@`` between matrices and vectors in every combination."""
import numpy as np


def program(a, b, v):
    return v @ (a @ b) @ v + (a @ v) @ (v @ b)


inputs = [(np.array([[1.0, 2.0], [-0.5, 0.3]]), np.array([[0.2, -1.0], [0.7, 1.1]]), np.array([0.4, -0.9]))]
wrt = (0, 1, 2)

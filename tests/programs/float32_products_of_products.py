"""A Rayleigh quotient in float32: products whose adjoints are products of products."""
import numpy as np


def program(a, x):
    y = a @ x
    y = y / np.linalg.norm(y)
    return y @ a @ y


inputs = [(
    np.array([[0.5, -0.3, 1.1], [0.2, 0.9, -0.4], [0.7, 0.1, 0.6]], np.float32), np.array([0.4, -1.2, 0.3], np.float32)
)]
wrt = (0, 1)

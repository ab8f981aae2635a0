"""A slice whose length is 1 at run time broadcasts against a longer array."""
import numpy as np


def program(v, m, n):
    part = v[:n]
    column = m[:, :n]
    return np.sum(part * v) + np.sum(column * m) + np.sum(column / (1 + part**2)[:1])


inputs = [(np.array([0.9, -0.4, 1.3]), np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]), 1),
          (np.array([0.9, -0.4, 1.3]), np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]), 3)]
wrt = (0, 1)

"""Three-dimensional arrays: batched products, reductions over two axes, transposes."""
import numpy as np


def program(a, b):
    c = a @ b
    d = np.transpose(c, (2, 0, 1)) - c.mean(axis=(0, 2))
    return np.sum(d**2) + np.sum(np.max(c, axis=1) * c[0, 0])


A = np.linspace(-1.0, 1.3, 12).reshape(2, 2, 3) ** 2
B = np.linspace(0.3, 1.9, 18).reshape(2, 3, 3)
inputs = [(A, B), (A, B[0])]
wrt = (0, 1)

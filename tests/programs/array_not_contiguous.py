"""Arguments that are Fortran ordered, transposed, strided or read only."""
import numpy as np


def read_only(array):
    array.flags.writeable = False
    return array


def program(a, b):
    return np.sum(a * b[: a.shape[0]]) + np.sum(a**2 @ b.T)


BASE = np.array([[0.7, 0.2, 1.1, 0.4], [-0.5, 0.8, 0.6, -0.3], [0.9, 1.2, 0.1, -0.6]])
inputs = [
    (BASE[:2, ::2], BASE[:, 1::2]),
    (BASE.T[:2], np.asfortranarray(BASE[:, :3])),
    (read_only(BASE[:1]), BASE),
]
wrt = (0, 1)

"""What conj gives of an array of real numbers, and float64 of one of float64, is that array."""
import numpy as np


def program(x):
    u = x * 1.0
    same = u.conj()
    again = np.float64(u)
    third = np.real_if_close(u)
    same[0] *= 2.0
    u[1] = again[0] * again[2]
    third *= u[2]
    return np.sum(u * same) + np.sum(again * again * again)


inputs = [(np.array([0.4, -0.8, 1.3]),)]
wrt = (0,)

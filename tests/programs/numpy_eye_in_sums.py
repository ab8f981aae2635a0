"""Multiples of the identity that are added to a matrix: what the multiple gets is a trace."""
import numpy as np


def program(a, s, r):
    k = a @ a.T + s * np.eye(len(a))
    near = np.eye(3, k=1) * s + np.identity(3) / r
    wide = np.eye(3, 3) * r
    return np.linalg.slogdet(k)[1] + np.sum(near * a) + np.sum(wide * a * a) + np.sum(k @ (r * np.eye(3)))


inputs = [(np.cos(np.arange(9.0)).reshape(3, 3), 1.3, 0.7)]
wrt = (0, 1, 2)

"""Writes through views of every kind are writes to the array."""
import numpy as np


def program(a):
    a.T[0] *= 2.0
    np.swapaxes(a, 0, 1)[1, :2] += a[0, 0]
    a.transpose()[2] -= a[:, 0]
    np.squeeze(a[None])[1] *= a[2]
    np.expand_dims(a, 0)[0, 0, 0] = a[1, 1] ** 2
    np.moveaxis(a, 0, 1)[0] += 0.5
    np.atleast_2d(a)[2, 2] *= a[0, 1]
    np.flip(a, 0)[0] += a[0]
    b = a.reshape(-1)
    b[4] *= 3.0
    c = a.ravel()
    c[::4] += a[0, 2]
    d = a.flatten()
    d[0] = 7.0
    return np.sum(a**2) + np.sum(d * b)


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

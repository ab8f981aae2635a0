"""Padding by writing into the middle of zeros, then a strided convolution."""
import numpy as np


def program(x, w):
    padded = np.zeros((x.shape[0] + 2, x.shape[1] + 2))
    padded[1:-1, 1:-1] = x
    out = np.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            patch = padded[2 * i:2 * i + 3, 2 * j:2 * j + 3]
            out[i, j] = np.sum(patch * w)
    out[out < 0.0] *= 0.1
    return np.sum(out**2)


inputs = [(np.sin(np.arange(9.0)).reshape(3, 3), np.cos(np.arange(9.0)).reshape(3, 3))]
wrt = (0, 1)

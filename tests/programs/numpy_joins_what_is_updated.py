"""Arrays that were made in place are joined with others, which are not changed for that; lists that hold them are."""
import numpy as np


def program(x, w, n):
    h = x * 1.0
    for k in range(n):
        past = np.zeros_like(h)
        past[1:] = h[:-1]
        z = np.concatenate([past, h])
        h = h + w[k] * np.stack((past, h))[0] + z[: len(h)] * z[len(h) :]
    a = x * 2.0
    pair = [a, h]
    a[0] = h[1] * 3.0
    joined = np.concatenate(pair)
    a[1] = h[2] ** 2
    pair[1][0] = a[1] * h[1]
    return np.sum(joined**2) + np.sum(a * h) + np.max([a[0], x[1]])


inputs = [(np.array([0.71, -0.463, 1.317]), np.array([0.4, 0.9]), 2)]
wrt = (0, 1)

"""Values without a derivative that are written over each other, after what was there was read."""
import numpy as np


def program(x, w, at):
    a = x.copy()
    total = np.sum(np.sin(a[0:2]) * w[0:2])
    a[0] = 0.5
    a[0:2] = 0.25
    total += np.sum(a**2)
    b = x * w
    for i, j in at:
        total += b[i] * w[j] ** 2 + b[j] ** 2
        b[i] = 0.5
        b[j] = 0.25
        total += np.sum(b[1:] * b[:-1])
    c = x * x
    part = c[1:]
    total += np.sum(part * w[1:]) + c[1] ** 3
    part[0] = 2.0
    c[1] = 3.0
    total += np.sum(c * w)
    d = np.outer(x, w)
    for k in range(len(x) - 1):
        total += np.sum(d[k] ** 2) + np.sum(d[:, k] * w) + d[k + 1, k]
        d[k] = 0.5
        d[:, k] = 1.5
        d[k + 1, k] = -0.5
        d[k, k + 1] = 0.75
    return total + np.sum(d * d)


inputs = [
    (np.array([0.3, 0.5, 0.7, -0.4]), np.array([1.3, -0.6, 0.9, 1.1]), np.array(at))
    for at in ([(0, 0), (1, 2)], [(1, -3), (2, 1), (3, -1)])
]
wrt = (0, 1)

"""`x[...]` and `x[()]` are views of all of an array, which are written and read as it is."""
import numpy as np


def program(x, m, s):
    v = x[...]
    v[0] *= s
    v[...] = v * s
    w = m[()]
    w[1] *= x
    total = np.sum(m * m * x)
    np.copyto(w, 0.4)
    w[0] = s
    u = w[...]
    for _ in range(2):
        u *= x
        for row in w:
            row += 0.5
    return total + np.sum(v * x) + np.sum(m * u), x


inputs = [(np.array([0.4, 0.6, 1.1]), np.array([[0.5, 0.7, 1.3], [0.2, 0.9, 0.4]]), 0.8)]
wrt = (0, 1, 2)

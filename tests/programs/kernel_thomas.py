"""The Thomas algorithm, its coefficients overwritten on the way down."""
import numpy as np


def program(a, b, c, d):
    n = len(d)
    ac, bc, cc, dc = map(np.array, (a, b, c, d))
    for it in range(1, n):
        mc = ac[it - 1] / bc[it - 1]
        bc[it] = bc[it] - mc * cc[it - 1]
        dc[it] = dc[it] - mc * dc[it - 1]
    xc = bc
    xc[-1] = dc[-1] / bc[-1]
    for il in range(n - 2, -1, -1):
        xc[il] = (dc[il] - cc[il] * xc[il + 1]) / bc[il]
    return np.sum(xc**2)


inputs = [(np.array([0.3, 0.2, 0.5]), np.array([2.0, 3.0, 2.5, 1.5]), np.array([0.1, 0.4, 0.3]),
           np.array([1.0, 2.0, -1.0, 0.5]))]
wrt = (0, 1, 2, 3)

"""A mask of a round writes what the row of a round gives: its adjoint is zeros of a length that is at hand."""
import numpy as np


def program(x, m, s):
    n5 = 0
    while n5 < 3 and ((x[0]) / (2.0 + s ** 2)) > 0.13:
        mask6 = x > 0.51
        x[mask6] = np.sin(m[n5][mask6])
        x[n5] = np.sin(s)
        n5 += 1
        v7 = m.flatten()
    for e8 in x:
        x[-3] = np.sin((np.where((x[0]) > -0.27, x[0], e8)) / (2.0 + s ** 2))
        n10 = 0
        while n10 < 3:
            x[x > 0.51] = np.sin(x[n10 + 1])
            n10 += 1
            m = m[:, ::-1]
        v11 = x
    v12 = np.swapaxes(m, 0, 1)
    return x, m, s, v12,

inputs = [(
    np.array([0.7, -0.4, 1.1, 0.3]),
    np.array([[0.2, 0.9, -0.6, 0.5], [1.2, -0.3, 0.8, -0.7], [0.4, 0.1, -1.1, 0.6]]),
    0.8,
)]
wrt = (0, 1, 2)

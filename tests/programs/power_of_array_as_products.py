"""Powers of arrays that the reverse sweep takes again, of which one decides what is chosen."""
import numpy as np


def program(q, k):
    for _ in range(3):
        d = q[1:] - q[:-1]
        force = k * d**3 + d**4 - d**5 / 8.0 + d**6.0
        q[1:-1] += 0.1 * np.where(d[1:] ** 3 > 0.01, force[1:] - force[:-1], k * d[1:] ** 7)
    return np.sum(q**4) + np.sum(q**-3)


inputs = [(np.array([0.9, 0.4, 1.3, 0.6, 1.1]), 0.7)]
wrt = (0, 1)

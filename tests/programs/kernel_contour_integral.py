"""Powers of a matrix accumulated in two work arrays."""
import numpy as np


def program(a, v):
    p0 = np.zeros(len(v))
    p1 = np.zeros(len(v))
    z = 1.0
    power = v
    for k in range(4):
        power = a @ power
        z *= 0.5
        p0 += z * power
        p1 += z * z * power
    return p0 @ p1


inputs = [(np.array([[0.5, 1.0], [-0.3, 0.8]]), np.array([1.0, -2.0]))]
wrt = (0, 1)

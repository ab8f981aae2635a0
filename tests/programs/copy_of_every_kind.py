"""What is a copy stays as it was."""
import numpy as np


def program(a):
    b, c, d = a.copy(), a.flatten(), a[[0, 1]]
    e, f, g = a[a > 0.3], a + 0.0, np.array(a)
    a *= a
    a[0] = 1.0
    b[0] *= 2.0
    d[1] += a[1]
    return np.sum(a) + np.sum(b**2) + np.sum(c**2) + np.sum(d**2) + np.sum(e**2) + np.sum(f * g)


inputs = [(np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1]]),)]
wrt = (0,)

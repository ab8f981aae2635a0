"""What a loop binds first is of the shape of arrays that it updates in place, and swaps."""
import numpy as np


def program(x, w):
    a, b = x.copy(), np.zeros_like(x)
    k = 0
    while k == 0 or (np.sum(step * step) > 1e-6 and k < 4):  # noqa: F821 - bound in the first round
        for i in range(1, len(x) - 1):
            b[i] = 0.5 * (a[i - 1] + a[i + 1]) * w
        b[0] = a[-1]
        step = b - a
        a, b = b, a
        k += 1
    return np.sum(a * a) + np.sum(step[:2])


inputs = [(np.array([0.31, -0.52, 0.73, 0.47]), 0.7)]
wrt = (0, 1)

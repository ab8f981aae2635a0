"""Each round of a loop makes arrays that inner loops update: one is gone with it, another goes on to the next round."""
import numpy as np


def program(u, k, steps):
    n = len(u)
    total = 0.0
    for _ in range(steps):
        c = np.zeros(n)
        d = np.zeros(n) + u
        for i in range(1, n - 1):
            m = 1 + k + 0.5 * k * c[i - 1]
            c[i] = -0.5 * k / m
            d[i] = (d[i] + 0.5 * k * d[i - 1] * u[i + 1]) / m
        for i in range(n - 2, 0, -1):
            d[i] = d[i] - c[i] * d[i + 1]
        total = total + c[1] * d[1]
        u = d
    return total + np.sum(u**2)


inputs = [(np.array([0.7, -0.4, 1.1, 0.3, 0.9]), 0.4, 3)]
wrt = (0, 1)

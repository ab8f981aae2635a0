"""Rounds that `continue` or a branch leaves without effect, among others that count, with sums before and behind."""
import math

import numpy as np


def program(x, w, k, limit):
    energy = 0.0
    seen = 0.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            d = x[i] - x[j]
            r2 = np.dot(d, d)
            seen += 0.01 * r2
            if r2 > limit:
                continue
            r2 = r2 + 0.1 * k
            energy += k / r2 - w[i] * w[j]
    y = x[0] * 1.0
    for i in range(len(x)):
        step = w[i] * x[i]
        if step[0] < 0.0:
            step = np.zeros(2)
        y = y + k * step
        z = math.sin(y[0]) if y[1] > 0.0 else 0.0
        energy += z * k
        k = k + 0.1 * z
    t = 0.0
    while t < 2.0:
        h = 0.5 * k
        if h > 0.6:
            k *= 0.5
            t += 0.25
            continue
        y = y + h * w[:2]
        t += 0.5
    return energy + seen * k + np.sum(y)


inputs = [(np.array([[0.3, -0.8], [1.1, 0.4], [-0.6, 0.9]]), np.array([0.5, -0.7, 1.2]), 1.3, limit)
          for limit in (0.1, 3.0, 9.0)]
wrt = (0, 1, 2)

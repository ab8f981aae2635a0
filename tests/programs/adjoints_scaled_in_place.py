"""Adjoints that are multiplied or divided and not asked for again; some are held by others, or by what scales them."""
import numpy as np


def program(a, w, n):
    total = 0.0
    v = w * 1.0
    kept = []
    for i in range(n):
        v = 0.9 * v + a[i] * w
        kept.append(v)
        a = a / w
        a = a * a[0, 1]
    for k in range(2):
        for i in range(n):
            a *= 0.8
            v = v * w
        total += np.sum(a[k] * v)
    u, t = v, v
    u = u * kept[0]
    t = t / (2.0 + w)
    return total + np.sum(u * t) + np.sum(kept[-1] * kept[0])


inputs = [(np.array([[0.3, 0.7, -0.4], [0.5, -0.2, 0.9], [0.1, 0.8, -0.6]]), np.array([1.2, 0.7, 0.9]), 3)]
wrt = (0, 1)

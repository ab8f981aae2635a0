"""Two branches with one test: what the first arm of the second one computes is no value that the first one knows."""
import numpy as np


def program(w, h, k):
    a = 0.0
    for i in range(3):
        v = h[:]
        a = np.sum(w - v[:, None]) if i == 1 else np.sum(h)
        if i == 1:
            continue
        w = w + np.outer(h, v)
        for _ in range(k):
            h = h + 0.1 * np.sum(w)
    return a


inputs = [(np.linspace(0.1, 0.9, 9).reshape(3, 3), np.array([0.3, 1.2, -0.4]), 2)]
wrt = (0, 1)

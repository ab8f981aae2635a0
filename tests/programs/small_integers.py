"""Integers of few bits beside floats, which wrap around among each other: each comes to the floats one by one."""
import numpy as np


def program(x, s, c, d):
    total = np.sum(x * -c) + np.sum((c * 2) * x) - np.sum(np.exp(-(c % 3) * x * 1e-2))
    total = total + np.sum(np.arctan2(x, c)) + np.einsum("i,i,i->", x, c, d)
    total = total + np.interp(s, np.array([0, 200, 252], np.uint8), np.array([200, 4, 100], np.uint8))
    first, second = c[0], d[2]
    y = 1e-5 * (x * first * second + np.sum(x[:, None] * first, axis=1) * second + s * first * first)
    y = np.roll(np.pad(y, (1, 1)), d[3] + 1)[1:-1] * np.diagonal(np.outer(x, y), d[3] - 1)[0]
    return total * 1e-3 + np.sum(y * np.sin(y)) + first**s


x = np.array([0.3, 0.8, 1.1, 0.6])
pixels, others = np.array([200, 150, 3, 100], np.uint8), np.array([100, 7, 250, 2], np.uint8)
inputs = [
    (x, 0.8, pixels, others),
    (x, 0.8, np.array([100, -128, 3, 50], np.int8), np.array([100, 7, -128, 2], np.int8)),
]
wrt = (0, 1)

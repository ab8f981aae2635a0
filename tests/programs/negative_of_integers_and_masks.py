"""Negative sums of products with small integers and masks: the negatives of these overflow, or do not exist."""
import numpy as np


def program(x, y, m, counts, near):
    total = -np.sum(x * counts) - np.sum(np.maximum(x, y)) - np.sum(y * near)
    return total - np.sum(m * counts) - np.sum(np.sin(m) * near) + np.sum(m[:, 1:] * -near[1:].astype(int))


inputs = [
    (np.array([0.3, 1.2, -0.4]), np.array([0.5, 0.9, -0.6]), np.linspace(0.1, 0.9, 6).reshape(2, 3),
     np.array([3, 200, 7], dtype=np.uint8), np.array([True, False, True])),
]
wrt = (0, 1, 2)

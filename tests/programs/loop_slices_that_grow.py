"""Slices whose length changes from round to round, and one that is carried to the next."""
import numpy as np


def program(x, w, n):
    total = 0.0
    before = None
    for i in range(n):
        part = np.tanh(x[:i + 1])
        gate = np.exp(-part)
        scaled = part / (1.0 + gate)
        total = total + np.sum(scaled * w)
        if before is not None:
            total = total + np.sum(before) * np.sum(part * gate)
        before = gate * part
    return total + np.sum(before)


inputs = [
    (np.linspace(-0.9, 1.1, 5), np.array([0.7]), 4),
    (np.linspace(-0.9, 1.1, 5), np.array([0.7]), 1),
]
wrt = (0, 1)

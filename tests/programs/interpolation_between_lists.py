"""Interpolation between points that are literal lists, and random factors that carry no derivative."""
import numpy as np


def program(x, v):
    noise = np.random.uniform(1.0, 1.0)
    table = [0.0, 1.0, 4.0]
    y = np.interp(x, [0.0, 1.0, 2.0], table)
    return y * noise + np.sum(np.interp(v, [0, 1], [0.5, -2.0]) * v) + np.interp(x, table, v)


inputs = [(0.7, np.array([0.2, 0.6, 1.4])), (-0.7, np.array([0.2, 0.6, 1.4]))]
wrt = (0, 1)

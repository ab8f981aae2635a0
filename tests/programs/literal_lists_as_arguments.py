"""Axes and lengths that are written as lists."""
import numpy as np


def program(x, y):
    axes = [0, 1]
    whole = np.tensordot(x, y, axes=(axes, [0, 1]))
    table = np.tensordot(x, y, [[0], [0]])
    order = [1, 0]
    turned = np.transpose(x, order) * np.reshape(y, [3, 2])
    return whole * np.sum(np.sin(table)) + np.sum(turned**2)


inputs = [(np.array([[0.7, -0.5, 0.3], [0.2, 1.1, -0.8]]), np.array([[0.4, 0.9, -1.2], [0.6, -0.3, 0.5]]))]
wrt = (0, 1)

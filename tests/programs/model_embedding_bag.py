"""Rows of a table gathered by words that repeat, averaged and compared."""
import numpy as np


def program(table, words, target):
    rows = table[words]
    centre = np.mean(rows, axis=0)
    return centre @ target / np.sqrt(np.sum(centre**2) * np.sum(target**2))


inputs = [(np.array([[0.3, -0.7], [0.2, 0.9], [-0.5, 0.4]]), np.array([0, 2, 0, 0]), np.array([0.6, -0.3]))]
wrt = (0, 2)

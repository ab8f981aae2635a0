"""Arrays of which only the shape is wanted later: what is gathered by arrays, and what the value alone is made of."""
import numpy as np


def program(table, words, mask, x):
    bag = np.tanh(table[words].mean(axis=1))
    chosen = x[mask]
    spread = x - 0.5 * x**2
    scale = np.exp(spread)
    total = np.sum(bag**2) + chosen.mean() * scale.sum()
    late = [c * 2.0 for c in (bag[0, 0] * k for k in range(2))]
    return total + x[words[:, 0]].sum() + np.sum(table[words[0]].mean(axis=0) ** 2) + late[1]


inputs = [
    (np.array([[0.1, 0.4], [-0.3, 0.8], [0.5, -0.2]]), np.array([[0, 2, 2], [1, 1, 0]]),
     np.array([True, False, True, True]), np.array([0.3, -0.6, 0.9, 1.2])),
    (np.array([[0.1, 0.4]]), np.array([[0], [0]]), np.array([True]), np.array([0.3])),
]
wrt = (0, 3)

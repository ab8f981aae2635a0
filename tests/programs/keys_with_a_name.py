"""The keys of a dict under a name, read as often as one likes."""
import numpy as np


def program(weights, x):
    names = weights.keys()
    total = 0.0
    for name in names:
        total = total + np.sum(np.sin(weights[name]) * x)
    for name in sorted(weights.keys()):
        total = total * np.sum(weights[name])
    if "w" in names:
        total = total * 2.0
    return total * len(names) + sum([np.sum(weights[name]) for name in names])


inputs = [({"w": np.array([0.3, 0.7]), "b": np.array([-0.2, 0.5])}, np.array([1.0, 0.4]))]
wrt = (0, 1)

"""The keys of a dict that have a name are those that it has when they are read."""
import numpy as np


def program(x):
    parts = {"a": x[0]}
    names = parts.keys()
    parts["b"] = x[1]
    return len(names) * parts["a"] * parts["b"]  # refused: an iterator is read after something was bound or updated


inputs = [(np.array([0.5, 0.7]),)]
wrt = (0,)

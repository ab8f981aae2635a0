"""A nesting of dicts, lists and tuples as the result."""
import numpy as np


def program(x, v):
    return {"sum": np.sum(v) * x, "parts": [v * x, (x**2, v[0])], "same": x}


inputs = [(0.9, np.array([0.5, -1.2]))]
wrt = (0, 1)

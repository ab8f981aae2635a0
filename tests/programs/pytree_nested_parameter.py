"""A nesting of dicts, lists and tuples as the parameter."""
import numpy as np


def program(params):
    total = params["scale"] * np.sum(params["layers"][0][0])
    for weights, bias in params["layers"]:
        total = total * bias + np.sum(weights**2)
    return total


inputs = [({"layers": [(np.array([0.5, -1.2]), 0.3), (np.array([0.8]), -0.7)], "scale": 1.5, "unused": 2.0},)]
wrt = (0,)

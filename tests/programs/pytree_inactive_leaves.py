"""A parameter that holds strings, integers and None beside its floats."""
import numpy as np


def program(config):
    y = config["x"] ** config["power"]
    if config["name"] == "sum" and config["missing"] is None:
        return np.sum(y)
    return y[config["index"]]


inputs = [
    ({"x": np.array([0.5, -1.2]), "power": 3, "name": "sum", "missing": None, "index": 1},),
    ({"x": np.array([0.5, -1.2]), "power": 2, "name": "item", "missing": None, "index": 1},),
]
wrt = (0,)

"""An array in a dict in a list is updated in place."""
import numpy as np


def program(x):
    layers = [{"w": x * 2.0, "b": x + 1.0}]
    for i in range(3):
        layers[0]["w"][i] *= layers[0]["b"][i]
        layers[0]["b"] -= 0.5 * layers[0]["w"]
    return np.sum(layers[0]["w"] * layers[0]["b"])


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)

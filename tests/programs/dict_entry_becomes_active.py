"""An entry of a dict is a constant before a loop, and carries a derivative after its first round."""
import numpy as np


def program(x):
    d = {"n": 0.5}
    for i in range(3):
        x[1] -= -d["n"]
        d["n"] -= np.mean(x)
    return np.sum(x) * x[1]


inputs = [(np.array([0.5, 0.1, 0.3]),)]
wrt = (0,)

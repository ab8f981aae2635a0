"""A dict whose entries a loop assigns and updates, in branches and inner loops."""
import numpy as np


def program(x):
    state = {"u": x * 1.0, "t": 0.0}
    for k in range(3):
        state["t"] = state["t"] + 0.1 * x[k]
        state["u"][0] *= state["t"]
        for j in range(2):
            state["u"][j] += state["t"]
            state["t"] *= 0.9
        if x[k] > 0.2:
            state["t"] *= 2.0
        if x[k] > 0.4:
            state["u"] = state["u"] * 1.5
    return np.sum(state["u"]) * state["t"]


inputs = [(np.array([0.5, 0.1, 0.3, 0.7]),)]
wrt = (0,)

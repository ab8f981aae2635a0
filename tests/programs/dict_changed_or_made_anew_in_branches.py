"""One branch makes a dict anew, the other changes an entry of the one that there is."""
import numpy as np


def program(x, n):
    b = np.cos(x)
    state = {"a": x * 1.0, "n": x[0]}
    if n > 1:
        state = {"a": b, "n": x[2]}
    else:
        state["n"] += x[1]
    return np.sum(np.sin(b) * state["a"]) * state["n"]


inputs = [(np.array([0.7, -0.4, 0.9]), 2), (np.array([0.7, -0.4, 0.9]), 0)]
wrt = (0,)

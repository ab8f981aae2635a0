"""Arrays in a dict that is passed in are updated in place."""
import numpy as np


def program(state, dt):
    for _ in range(3):
        state["u"][1:] += dt * state["v"][:-1]
        state["v"] *= 0.9 + state["u"][0]
    return np.sum(state["u"] * state["v"]) * state["t"]


inputs = [({"u": np.array([0.5, 0.1]), "v": np.array([0.2, 0.3]), "t": 0.5}, 0.3)]
wrt = (0, 1)

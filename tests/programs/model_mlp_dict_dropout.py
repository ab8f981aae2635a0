"""A network in a dict, with ReLU, and a dropout mask drawn from a seed only in training."""
import numpy as np


def program(params, x, training=False):
    hidden = np.maximum(params["w1"] @ x + params["b1"], 0.0)
    if training:
        rng = np.random.default_rng(0)
        mask = rng.random(hidden.shape) < 0.7
        hidden = hidden * mask / 0.7
    return params["w2"] @ hidden


PARAMS = {
    "w1": np.array([[0.3, -0.7], [0.2, 0.9], [-0.5, 0.4], [0.8, 0.1]]),
    "b1": np.array([0.1, 0.5, -0.2, 0.3]),
    "w2": np.array([0.6, -0.3, 0.4, 0.9]),
}
inputs = [(PARAMS, np.array([0.9, -0.4]), True), (PARAMS, np.array([0.9, -0.4]))]
wrt = (0, 1)

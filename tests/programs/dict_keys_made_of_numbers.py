"""Layers by the number in their keys: the loop is lowered round by round."""
import numpy as np


def program(params, x):
    layers = len(params) // 2
    total = 0.0
    for i in range(layers):
        x = x @ params[f"W{i}"] + params["b" + str(i)]
        if i < layers - 1:
            x = np.tanh(x)
        key = "W{}".format(i)
        total += np.sum(params[key] ** 2)
    return np.sum(x * x) + 0.1 * total * sum(params["b%d" % i][0] for i in reversed(range(layers)))


inputs = [(
    {
        "W0": np.array([[0.3, -0.2, 0.5], [0.1, 0.8, -0.4]]), "b0": np.array([0.1, -0.3, 0.2]),
        "W1": np.array([[0.6], [-0.7], [0.2]]), "b1": np.array([0.4]),
    },
    np.array([[0.5, -1.2], [0.9, 0.4]]),
)]
wrt = (0, 1)

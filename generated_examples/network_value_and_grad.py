import copy
import numpy as np


def loss_value_and_grad(network, x, target):
    """Return the value and the gradient of `loss` with respect to network.

    network: Network(w1: float[:, :], b1: float[:], w2: float[:, :], b2: float[:]),
    x: float[:, :], target: float[:, :]
    """
    total = x @ network.w1 + network.b1
    hidden = np.maximum(total, 0.0)
    difference = hidden @ network.w2 + network.b2 - target
    value = np.sum(difference ** 2) / len(x)

    # return np.sum((network(x) - target) ** 2) / len(x)
    difference_bar = 2.0 / len(x) * difference
    # return hidden @ self.w2 + self.b2
    b2_bar = np.sum(difference_bar, axis=0)
    hidden_bar = difference_bar @ network.w2.T
    w2_bar = hidden.T @ difference_bar
    del hidden, difference, difference_bar
    # hidden = np.maximum(x @ self.w1 + self.b1, 0.0)
    hidden_bar *= 0.5 + 0.5 * np.sign(total)
    b1_bar = np.sum(hidden_bar, axis=0)
    w1_bar = x.T @ hidden_bar
    network_bar = _like(network, w1=w1_bar, b1=b1_bar, w2=w2_bar, b2=b2_bar)
    return value, network_bar


def _like(obj, **attributes):
    """A copy of an object with other values of these attributes."""
    result = copy.copy(obj)
    for name, value in attributes.items():
        object.__setattr__(result, name, value)
    return result

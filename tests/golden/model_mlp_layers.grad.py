import copy
import numpy as np


def program_grad(layers, x, y):
    """Return the gradient of `program` with respect to layers and x.

    layers: list[(float[:, :], float[:])], x: float[:, :], y: float[:, 1]
    """
    item = layers[:-1]
    x_tape = []
    for item_1 in item:
        x_tape.append(x)
        weights = item_1[0]
        bias = item_1[1]
        _same_length(weights.shape[1], len(bias))
        x = np.tanh(x @ weights + bias)
    item_1 = layers[-1]
    weights = item_1[0]
    bias = item_1[1]
    _same_length(weights.shape[1], len(bias))
    difference = x @ weights + bias - y

    # return np.mean((predict(layers, x) - y) ** 2)
    difference_bar = 2.0 / difference.size * difference
    # return x @ weights + bias
    bias_bar = np.sum(difference_bar, axis=0)
    x_bar = difference_bar @ weights.T
    weights_bar = x.T @ difference_bar
    # weights, bias = layers[-1]
    layers_bar = [_zeros(item) for item in layers]
    layers_bar[-1] = _add(layers_bar[-1], (weights_bar, bias_bar))
    # for weights, bias in layers[:-1]:
    t = [None] * len(item)
    for k in reversed(range(len(item))):
        x_1 = x_tape.pop()
        # x = np.tanh(x @ weights + bias)
        total_bar = x_bar * (1.0 - x * x)
        bias_bar = np.sum(total_bar, axis=0)
        # for weights, bias in layers[:-1]:
        weights = item[k][0]
        # x = np.tanh(x @ weights + bias)
        x_bar = total_bar @ weights.T
        weights_bar = x_1.T @ total_bar
        # for weights, bias in layers[:-1]:
        t[k] = weights_bar, bias_bar
        x = x_1
    # for weights, bias in layers[:-1]:
    layers_bar[:-1] = _add(layers_bar[:-1], t)
    return layers_bar, x_bar


def _same_length(one, two):
    """Raise if two lengths differ that are taken to be equal: no adjoint here sums what was broadcast between them."""
    if one != two:
        raise ValueError("lengths differ that are taken to be equal; s2sad grad --any-lengths writes what takes them")


def _like(obj, **attributes):
    """A copy of an object with other values of these attributes."""
    result = copy.copy(obj)
    for name, value in attributes.items():
        object.__setattr__(result, name, value)
    return result


def _add(x, y):
    """The sum of two adjoints of one structure."""
    if isinstance(x, (list, tuple)):
        return getattr(x, "_make", type(x))(_add(a, b) for a, b in zip(x, y))
    if isinstance(x, dict):
        return {key: _add(value, y[key]) for key, value in x.items()}
    if isinstance(x, (float, np.generic, np.ndarray)):
        return x + y
    if hasattr(x, "__dict__"):
        return _like(x, **{name: _add(value, getattr(y, name)) for name, value in vars(x).items()})
    return x


def _zeros(x):
    """The zero adjoint of a value."""
    if isinstance(x, (list, tuple)):
        return getattr(x, "_make", type(x))(_zeros(item) for item in x)
    if isinstance(x, dict):
        return {key: _zeros(value) for key, value in x.items()}
    if isinstance(x, np.ndarray):
        return np.zeros_like(x)
    if hasattr(x, "__dict__"):
        return _like(x, **{name: _zeros(value) for name, value in vars(x).items()})
    return 0.0 if isinstance(x, (float, np.floating)) else x

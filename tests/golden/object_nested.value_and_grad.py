import copy
import numpy as np


def program_value_and_grad(network, x):
    """Return the value and the gradient of `program` with respect to network and x.

    network: Network(layers: list[Layer(weights: float[:, :], bias: float[:])],
    scale: float), x: float[:]
    """
    x_tape = []
    for layer in network.layers:
        x_tape.append(x)
        x = np.tanh(layer.weights @ x + layer.bias)
    total = np.sum(x)
    value = network.scale * total

    # return self.scale * np.sum(x)
    x_bar = np.full_like(x, network.scale)
    # for layer in self.layers:
    layers_bar = [_zeros(item) for item in network.layers]
    for k in reversed(range(len(network.layers))):
        x_1 = x_tape.pop()
        # return np.tanh(self.weights @ x + self.bias)
        bias_bar = x_bar * (1.0 - x * x)
        weights_bar = np.outer(bias_bar, x_1)
        # for layer in self.layers:
        layer = network.layers[k]
        # return np.tanh(self.weights @ x + self.bias)
        x_bar = bias_bar @ layer.weights
        # for layer in self.layers:
        layers_bar[k] = _add(layers_bar[k], _like(layer, weights=weights_bar, bias=bias_bar))
        x = x_1
    network_bar = _like(network, layers=layers_bar, scale=total)
    return value, (network_bar, x_bar)


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

"""Each round of a loop over layers makes their adjoints: nothing is added to zeros, but for what rounds pass over."""
import numpy as np


def program(layers, scales, x):
    for weights, bias in layers:
        x = np.tanh(x @ weights + bias)
    shift = x
    for k in range(len(scales) - 1):
        x = x * scales[k] + shift
    total = np.sum(x)
    for scale in scales:
        total = total + np.sum(shift + scale)
    return total


_weights = np.array([[0.3, -0.2], [0.5, 0.4]])
_layers = [(_weights, np.array([0.1, -0.3])), (0.5 * _weights.T, np.array([0.2, 0.7]))]
_scales = [np.array([0.5, 1.5]), np.array([-0.4, 0.8]), np.array([1.2, 0.3])]
inputs = [
    (_layers, _scales, np.array([[0.2, 0.7], [-0.3, 0.4], [0.9, -0.1]])),
    (_layers[:1], _scales[:1], np.array([[0.2, 0.7]])),
]
wrt = (0, 1)

"""Objects that hold objects, lists and arrays of parameters."""
import numpy as np


class Layer:
    def __init__(self, weights, bias):
        self.weights = weights
        self.bias = bias

    def __call__(self, x):
        return np.tanh(self.weights @ x + self.bias)


class Network:
    def __init__(self, layers, scale):
        self.layers = layers
        self.scale = scale

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.scale * np.sum(x)


def program(network, x):
    return network(x)


inputs = [(
    Network([Layer(np.array([[0.5, -1.2], [0.3, 0.8]]), np.array([0.1, -0.2])),
             Layer(np.array([[0.7, 0.4]]), np.array([0.6]))], 1.5),
    np.array([0.9, 0.4]),
)]
wrt = (0, 1)

"""A multilayer perceptron with a list of (weights, bias) pairs."""
import numpy as np


def predict(layers, x):
    for weights, bias in layers[:-1]:
        x = np.tanh(x @ weights + bias)
    weights, bias = layers[-1]
    return x @ weights + bias


def program(layers, x, y):
    return np.mean((predict(layers, x) - y) ** 2)


LAYERS = [
    (np.array([[0.3, -0.7, 0.5], [0.2, 0.9, -0.4]]), np.array([0.1, 0.0, -0.2])),
    (np.array([[0.6, 0.1], [-0.3, 0.8], [0.4, -0.5]]), np.array([0.0, 0.3])),
    (np.array([[0.7], [-0.9]]), np.array([0.2])),
]
X = np.array([[0.9, -0.4], [1.3, 0.6], [-0.8, 0.2]])
Y = np.array([[1.0], [0.0], [0.5]])
inputs = [(LAYERS, X, Y), (LAYERS[2:], X, Y)]
wrt = (0, 1)

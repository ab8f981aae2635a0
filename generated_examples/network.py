"""A network of two layers, its parameters held in a class, trained by plain gradient descent."""
from typing import Annotated

import numpy as np

Matrix = Annotated[np.ndarray, "f64[:, :]"]
Row = Annotated[np.ndarray, "f64[:]"]


class Network:
    w1: Matrix
    b1: Row
    w2: Matrix
    b2: Row

    def __init__(self, rng, inputs=1000, hidden=100, outputs=10):
        self.w1 = rng.normal(size=(inputs, hidden)) / np.sqrt(inputs)
        self.b1 = np.zeros(hidden)
        self.w2 = rng.normal(size=(hidden, outputs)) / np.sqrt(hidden)
        self.b2 = np.zeros(outputs)

    def __call__(self, x):
        hidden = np.maximum(x @ self.w1 + self.b1, 0.0)
        return hidden @ self.w2 + self.b2


def loss(network: Network, x: Matrix, target: Matrix):
    return np.sum((network(x) - target) ** 2) / len(x)


def train(network, x, target, loss_value_and_grad, steps, rate):
    """Descend along the gradient; returns the loss before each step."""
    losses = []
    for _ in range(steps):
        value, gradient = loss_value_and_grad(network, x, target)
        losses.append(value)
        for name, parameter in vars(network).items():
            parameter -= rate * getattr(gradient, name)
    return losses

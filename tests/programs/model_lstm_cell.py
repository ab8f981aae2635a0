"""A gated recurrent cell whose gates are slices of one product."""
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def cell(w, state, x):
    h, c = state
    z = w @ np.concatenate([x, h, np.ones(1)])
    n = len(h)
    keep, write, emit = sigmoid(z[:n]), sigmoid(z[n : 2 * n]), sigmoid(z[2 * n : 3 * n])
    c = keep * c + write * np.tanh(z[3 * n :])
    return emit * np.tanh(c), c


def program(w, xs):
    state = np.zeros(2), np.zeros(2)
    for x in xs:
        state = cell(w, state, x)
    return np.sum(state[0])


W = np.sin(np.arange(40.0)).reshape(8, 5)
inputs = [(W, np.array([[0.9, -0.4], [1.3, 0.6], [-0.8, 0.2]]))]
wrt = (0, 1)

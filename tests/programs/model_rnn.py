"""A recurrent network over a sequence, with the loss summed along the way."""
import numpy as np


def program(wx, wh, b, xs, targets):
    h = np.zeros(wh.shape[0])
    loss = 0.0
    for x, target in zip(xs, targets):
        h = np.tanh(wx @ x + wh @ h + b)
        loss = loss + np.sum((h - target) ** 2)
    return loss / len(xs)


inputs = [(
    np.array([[0.3, -0.7], [0.2, 0.9]]), np.array([[0.5, 0.1], [-0.4, 0.6]]), np.array([0.1, -0.2]),
    np.array([[0.9, -0.4], [1.3, 0.6], [-0.8, 0.2]]), np.array([[0.5, 0.1], [0.2, -0.3], [0.0, 0.4]]),
)]
wrt = (0, 1, 2, 3)

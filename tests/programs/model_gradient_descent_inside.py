"""A program that itself descends a gradient written by hand: its derivative by the rate."""
import numpy as np


def program(rate, w, x, y):
    momentum = np.zeros_like(w)
    for _ in range(4):
        residual = x @ w - y
        momentum = 0.5 * momentum + x.T @ residual
        w = w - rate * momentum
    return np.sum((x @ w - y) ** 2)


inputs = [(0.1, np.array([0.3, -0.7]), np.array([[0.9, -0.4], [1.3, 0.6]]), np.array([0.5, -0.2]))]
wrt = (0, 1, 2)

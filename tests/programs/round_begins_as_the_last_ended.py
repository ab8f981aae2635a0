"""What a round computes of the state that it leaves, and the next one again: it is carried; with and without rounds."""
import numpy as np


def force(x, mass):
    d = x - x[:, None]
    return np.sum(mass * d / np.sqrt(d * d + 0.1), axis=1)


def program(x, v, mass, dt, steps):
    for _ in range(steps):
        v = v + 0.5 * dt * force(x, mass)
        x = x + dt * v
        v = v + 0.5 * dt * force(x, mass)
    k = 0
    y = x
    while k < steps:
        y = 0.5 * np.tanh(y * y) + k
        v = v + np.tanh(y * y)
        k += 1
    return np.sum(v * v) + np.sum(y)


inputs = [
    (np.array([0.3, 1.3, 2.2]), np.array([0.1, -0.2, 0.3]), np.array([1.0, 0.5, 0.8]), 0.1, 3),
    (np.array([0.3, 1.3, 2.2]), np.array([0.1, -0.2, 0.3]), np.array([1.0, 0.5, 0.8]), 0.1, 0),
]
wrt = (0, 1, 2, 3)

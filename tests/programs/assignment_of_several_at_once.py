"""As many values as targets in one assignment: arrays beside a list of them, a swap, targets that are items."""
import numpy as np


def program(w, x, n):
    h, states, total = np.tanh(x), [x], 0.0
    u, v = np.zeros_like(x), np.zeros_like(x)
    for k in range(n):
        u[1:], v[0] = u[1:] * h[0] + 0.3 * x[1:], v[0] * h[1] + x[0] * k
        h, old = np.sin(w @ h), h
        states.append(h + old[::-1])
        u, v = v, u
        total, u[-1] = total + np.sum(u * old), h[0] * v[0]
    (a, b), c = (u[0], v[0]), np.sum(states[-1])
    return total + a * b + c + np.sum(states[0] ** 2)


inputs = [
    (np.array([[0.4, -0.3], [0.2, 0.5]]), np.array([0.3, -0.7]), 3),
    (np.array([[0.1, 0.3], [0.6, -0.5]]), np.array([0.2, 0.9]), 0),
]
wrt = (0, 1)

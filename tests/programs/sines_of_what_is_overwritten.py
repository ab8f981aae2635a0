"""Sines and powers of what a round overwrites, before and behind that: they are computed again of what is kept."""
import numpy as np


def program(u0, k, n):
    u = u0.copy()
    for _ in range(n):
        u += k * np.sin(u)
        inner = u[1:-1]
        before = np.exp(-inner)
        u[1:-1] = u[:-2] + k * np.sin(u[1:-1]) * u[2:]
        u[0] = np.sum(np.cos(inner) * before)
    w = u0.copy()
    for i in range(1, n):
        w[i:] = w[i - 1] + k * np.tanh(w[i:]) ** 1.5
    return np.sum(u**2) + np.sum(w**2)


inputs = [(np.linspace(0.2, 0.9, 6), 0.3, 3)]
wrt = (0, 1)

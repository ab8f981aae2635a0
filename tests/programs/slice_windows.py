"""Windows that slide over an array are as long as their weights; what is cut off at the end may be one element."""
import numpy as np


def program(x, w, v):
    n, k = len(x), len(w)
    y = np.zeros(n - k + 1)
    for i in range(k):
        y += w[i] * x[i:i + len(y)]
    z = np.zeros(len(y))
    for t in range(n - k + 1):
        z[t] = np.sum(w * x[t:t + k] ** 2)
    total = np.sum(y * z)
    for i in range(1, n - 1):
        total += np.sum(v * x[i - 1:i + 2]) * x[i]
    for i in range(0, n, 3):
        total += np.sum(v * x[i:i + 3])
    for i in range(n - 2, 0, -2):
        total += np.sum(v**2 * x[i - 1:i + 2]) + np.sum(v * x[i:i + 3][:1])
    return total


wrt = (0, 1, 2)
inputs = [
    (np.sin(np.arange(10.0)), np.array([0.3, -0.8]), np.array([0.5, 1.1, -0.7])),
    (np.cos(np.arange(19.0)), np.array([0.3, -0.8, 0.4, 1.2]), np.array([0.5, 1.1, -0.7])),
]

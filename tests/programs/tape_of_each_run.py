"""Numbers that inner loops tape: of loops that begin or end anywhere, or have no round, in loops of all kinds."""
import numpy as np


def program(x, w, counts):
    n = len(x)
    y = x.copy()
    total = 0.0
    level = y[0]
    while level < 2.0:
        for i in range(1, n - 1):
            y[i] = np.sin(0.5 * y[i] * y[i - 1]) + 0.4 * y[i + 1] * w
        for i in range(n - 2, 0, -1):
            if i != 3:
                y[i] = y[i] + 0.1 * (y[i] * y[i + 1] - y[i] * y[i])
        level = level + 0.6 + 0.1 * y[1]
    for k in range(len(counts)):
        for j in range(counts[k]):
            y[j] = np.sin(0.3 * y[j] * y[j] * w) + 0.5
            total = total + np.exp(0.1 * y[j] * y[j])
        for j in range(k + 1, n):
            y[j] = np.cos(y[j] * y[k]) * y[j]
        for j in range(n, 0, -2):
            total = total + 0.1 * np.tanh(y[j - 1] * total)
        if k > 0:
            for j in range(k, 2 * k):
                y[j] = np.sin(y[j] * y[j - 1]) + 0.1 * total * y[j]
        for j in range(5):
            for _ in range(3):
                y[j] = np.sin(0.5 * y[j] * w) * y[j + 1]
    return total + np.sum(y)


inputs = [(np.linspace(0.3, 1.1, 7), 0.7, np.array([2, 0, -1, 4])), (np.linspace(0.1, 0.4, 7), 1.1, np.array([3]))]
wrt = (0, 1)
step = 1e-4

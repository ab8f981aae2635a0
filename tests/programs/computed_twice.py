"""What the program computes twice, among it values that are written to in between."""
import numpy as np


def program(x, w):
    total = 0.0
    for k in range(3):
        decay = np.exp(-np.sqrt(x * x + 1.0)) * w[k]
        y = np.sin(x)
        y[0] *= 2.0
        again = np.sin(x)
        x = x * decay + np.sqrt(x * x + 1.0) * np.exp(w[k]) + again * y
        if k > 0:
            total += np.sum(np.exp(w[k]) * np.sin(x) * np.sqrt(x * x + 1.0))
        w[k] = 0.5 * w[k]
        total += np.exp(w[k])
    return total + np.sum(np.exp(x * 0.1) / np.sum(np.exp(x * 0.1)) * x)


inputs = [(np.array([0.3, -0.8, 0.4]), np.array([0.2, 0.6, -0.3]))]
wrt = (0, 1)

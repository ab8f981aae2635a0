"""Normalisation of a batch in place, with running statistics kept in arrays."""
import numpy as np


def program(x, gamma, beta):
    y = x.copy()
    running = np.zeros(x.shape[1])
    for start in range(0, len(x), 2):
        batch = y[start:start + 2]
        mean = batch.mean(axis=0)
        batch -= mean
        variance = np.mean(batch**2, axis=0)
        batch /= np.sqrt(variance + 1e-5)
        batch *= gamma
        batch += beta
        running *= 0.9
        running += 0.1 * mean
    return np.sum(y**3) + np.sum(running**2)


inputs = [(np.array([[1.0, 2.0, -0.3], [0.5, -1.0, 0.8], [2.0, 0.1, 1.1], [1.2, 0.4, -0.6]]),
           np.array([1.5, 0.5, 2.0]), np.array([0.1, -0.2, 0.3]))]
wrt = (0, 1, 2)

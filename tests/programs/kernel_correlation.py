"""The correlation matrix of data that is centred and scaled in place, filled symmetrically."""
import numpy as np


def program(x):
    data = x.copy()
    mean = np.mean(data, axis=0)
    stddev = np.std(data, axis=0)
    stddev[stddev <= 0.1] = 1.0
    data -= mean
    data /= np.sqrt(float(len(x))) * stddev
    corr = np.eye(data.shape[1], dtype=data.dtype)
    for i in range(data.shape[1] - 1):
        corr[i + 1:, i] = corr[i, i + 1:] = data[:, i] @ data[:, i + 1:]
    return np.sum(corr**2 * np.arange(9.0).reshape(3, 3))


inputs = [(np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 0.8], [1.7, 0.2, -0.9], [0.1, 0.9, 1.4]]),)]
wrt = (0,)

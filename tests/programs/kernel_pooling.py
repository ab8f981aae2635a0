"""Largest and mean values of blocks, by four loops."""
import numpy as np


def program(x):
    rows, columns = x.shape[0] // 2, x.shape[1] // 2
    largest, mean = np.zeros((rows, columns)), np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            best = -np.inf
            for p in range(2):
                for q in range(2):
                    value = x[2 * i + p, 2 * j + q]
                    mean[i, j] += value / 4
                    if value > best:
                        best = value
            largest[i, j] = best
    return np.sum(largest * mean)


inputs = [(np.cos(1.7 * np.arange(24.0)).reshape(4, 6),)]
wrt = (0,)

"""A branch that is taken where two sums of products are equal to the last digit, when one of them is computed again."""
import numpy as np


def program(x, w):
    least = np.sum((w[0] * x) ** 2, axis=1)[1]
    total = 0.0
    for i in range(len(w)):
        d = x * w[i]
        r2 = np.sum(d**2, axis=1)
        if r2[1] <= least:
            total += np.sum(np.sqrt(r2)) * np.sum(np.sin(d))
        else:
            total += np.sum(r2**2)
        x = 1.1 * x + 0.1 * np.sin(x)
    return total


inputs = [(np.sin(np.arange(1.0 + k, 43.0 + k)).reshape(6, 7), np.array([0.7, 0.6, 0.8])) for k in range(3)]
wrt = (0,)

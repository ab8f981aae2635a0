"""Arrays that are computed again from the state, through branches, an inner loop and a `with`."""
import numpy as np


def program(x, k, n):
    for i in range(n):
        force = -k * x
        half = x + 0.1 * force
        if np.sum(half) > 0.5:
            x = x + 0.1 * np.sin(half) * half
        else:
            mask = half > 0.0
            x = np.where(mask, half * half, x)
        with np.errstate(all="ignore"):
            slope = half / (2.0 + x * x)
        for j in range(2):
            shifted = slope + j
            x = x + 0.05 * shifted * slope * np.maximum(half, shifted)
    return np.sum(x * x)


inputs = [(np.array([0.4, -0.3, 0.9]), 0.7, 4), (np.array([-0.4, -0.3, 0.1]), 0.7, 3)]
wrt = (0, 1)

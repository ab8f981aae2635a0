"""A queue whose waits have bounds, and costs of one kind or another: maxima and minima with a constant in a loop."""
import numpy as np


def program(gaps, service, fine):
    wait = 0.0
    total = 0.0
    for k in range(len(gaps)):
        wait = min(max(wait + service[k] - gaps[k], 0.0), 2.5)
        if wait > 1.0:
            total += wait * wait * fine[k]
        elif wait > 0.0:
            total += wait + np.sin(fine[k])
    return total


inputs = [
    (np.array([0.4, 1.3, 0.9, 2.8, 0.2]), np.array([1.1, 0.5, 1.6, 0.7, 2.4]), np.array([0.3, 0.8, -0.6, 1.2, 0.5])),
    (np.array([0.1, 0.2, 1.7]), np.array([1.9, 2.2, 0.3]), np.array([0.7, -0.4, 1.5])),
]
wrt = (0, 1, 2)

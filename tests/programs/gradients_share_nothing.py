"""What would be an argument, or the gradient of another leaf, is a copy: gradients may be updated in place."""
import numpy as np


def program(p, pair, x, y, flag):
    total = np.sum(p["a"] * p["b"]) + np.sum(pair[0] + pair[1])
    if flag:
        return total + np.sum(x * y)
    return total - np.sum(y)


inputs = [
    ({"a": np.array([0.9, -0.4]), "b": np.array([1.3, 0.2])}, (np.array([0.3]), np.array([0.7])), np.array([0.5, 1.1]),
     np.array([0.8, -0.6]), flag)
    for flag in (True, False)
]
wrt = (0, 1, 2, 3)

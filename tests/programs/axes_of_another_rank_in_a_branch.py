"""A branch for arrays of another rank names axes that these do not have."""
import numpy as np


def program(x, flat):
    total = np.sum(x * x)
    if not flat:
        y = np.concatenate([np.swapaxes(x, 0, 1), x.transpose(1, 0)], axis=1)
        total += y[0, 0] * x[1, 1] + np.linalg.det(x)
    return total * x[..., 0].sum()


inputs = [(np.array([0.3, 0.7, 1.1]), True), (np.array([[0.3, 0.7], [0.2, -0.5]]), False)]
wrt = (0,)

"""Arrays that one branch binds, where the other one raises, and that a branch or a loop may leave unbound."""
import numpy as np


def program(x, w):
    if w > 0.5:
        y = np.concatenate((x, x)) * w
    else:
        raise ValueError("too small")
    if x[0] > 0.0:
        z = np.outer(y, x) @ x
    if x[0] > 0.1:
        x = x * np.sum(z[1:])
    k = 0
    while k == 0 or (np.sum(step) > 0.0 and k < 3):  # noqa: F821 - bound in the first round
        step = np.concatenate((x[k:], x[:1])) * w
        x = x * w
        k += 1
    return np.sum(y[1:]) + np.sum(x) + step[0] * step[-1]


inputs = [(np.array([0.31, -0.52, 0.73]), 0.7), (np.array([-0.31, 0.52, 0.73]), 0.9)]
wrt = (0, 1)

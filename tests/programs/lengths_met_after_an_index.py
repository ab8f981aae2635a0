"""An array picked by indices meets slices that were taken before it; one of a loop's arrays may be unbound before."""
import numpy as np


def program(x, w, n):
    for k in range(n):
        part = x[np.array([3, 0, 3])] * np.sin(np.where(x[-2::-1] > 0.5, x[-2::-1], w[:-1]))
        if k > 0:
            part = part * late[1:]  # noqa: F821 - bound in the round before
        late = w * x[k]
        w = w + np.sum(part)
    return np.sum(part * w[1:])


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]), np.array([0.2, 0.9, -0.6, 0.5]), 3)]
wrt = (0, 1)

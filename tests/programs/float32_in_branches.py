"""Numbers of single precision that come out of one branch, or one round, only."""
import numpy as np


def program(x, w, n):
    total = 0.0
    last = 1.0
    for k in range(n):
        total = total + (np.sum(x * w) if k > 0 else 1.0)
        if k == 1:
            last = np.sum(w[:2])
        else:
            last = last * 0.5
    return np.sum(x * total) + last * x[0]


inputs = [
    (np.array([0.7, -0.4, 1.1], dtype=np.float32), np.array([0.3, 0.9, -0.6], dtype=np.float32), 3),
    (np.array([0.7, -0.4], dtype=np.float32), np.array([0.3, 0.9], dtype=np.float32), 0),
]
wrt = (0, 1)

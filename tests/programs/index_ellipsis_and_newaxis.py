"""``...`` and ``None`` (``np.newaxis``) in subscripts."""
import numpy as np


def program(v, m):
    outer = v[:, None] * v[None, :]
    first = m[..., 0] + m[0, ...]
    lifted = m[:, np.newaxis, 1:]
    column = m[..., None]
    return np.sum(outer * m + column[:, :, 0]) + np.sum(first**2) + np.sum(lifted * v[..., None, None])


inputs = [(np.array([0.9, -0.4]), np.array([[0.7, 0.2], [-0.5, 0.8]]))]
wrt = (0, 1)
